"""How many independent sources a story has, and why.

lineage  lineage.py   from which article's text each article's text comes
count    count.py     what each article rests on, reconciled into origins
"""

from aggregator.origins.count import RULES, count_origins

__all__ = ["RULES", "count_origins"]
