"""Which articles report the same event.

features, hashes               the words of an article that say which event it reports
stopwords, rarity              how rare they are
weekdays, tops                 the days that a text names, and what stands in its headline and first sentences
postings, pairs, likeness      how near two articles are, and what that means here
opened, columns, kept          the open stories, and what a file keeps of them
index                          where an article belongs
regrouping, linkage            what is put together anew, now and then
"""

from aggregator.stories.index import StoryIndex, forwards
from aggregator.stories.likeness import RULES

__all__ = ["RULES", "StoryIndex", "forwards"]
