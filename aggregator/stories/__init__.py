"""Which articles report the same event.

features  features.py, stopwords.py   the words of an article that say which event it reports
stories   index.py                    the open stories, and into which of them an article belongs
"""

from aggregator.stories.index import RULES, StoryIndex, forwards

__all__ = ["RULES", "StoryIndex", "forwards"]
