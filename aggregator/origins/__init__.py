"""How many independent sources a story has, and why.

report      an article with all that is said of its sources
rules       what one article rests on: a table of rules, the first that fits counts
lineage     from which article's text each article's text comes
chains      who credits whom, followed to its end
digest      which paragraph of a digest is about a story
houses      origins that are one
count       all of it, reconciled into origins
interval    their number in words
"""

from aggregator.origins.count import count_origins
from aggregator.origins.rules import RULES

__all__ = ["RULES", "count_origins"]
