"""Search that finds: text to tokens (tokens), the language of queries (query), the index (index), its answers (find).

One index over headline, text, credits and authors of every version. What is written here is read by the command line, the
pages, watches and feeds.toml alike.
"""

from __future__ import annotations

from aggregator.search import index as index
