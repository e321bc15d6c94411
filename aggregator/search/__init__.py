"""Search that finds. One index over headline, text, credits and authors of every version.

    tokens       text to tokens
    query        the language of queries
    index        what is written for them
    find         its answers
    marks        which words of a text made a query find it
    attention    how much of it came out each day

What is written here is read by the command line, the pages, watches and feeds.toml alike.
"""

from __future__ import annotations

from aggregator.search import index as index
