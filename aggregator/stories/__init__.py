"""Which articles report the same event.

words     features.py, stopwords.py, rarity.py   the words of an article that say which event it reports, and how rare they are
likeness  postings.py, pairs.py, likeness.py     how near two articles are, and what that means here
stories   opened.py, columns.py, index.py        the open stories, and where an article belongs
again     regrouping.py, linkage.py              what is put together anew, now and then
"""

from aggregator.stories.index import RULES, StoryIndex, forwards

__all__ = ["RULES", "StoryIndex", "forwards"]
