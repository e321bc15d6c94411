"""Staff's word above the machine's.

    partition    which articles report one event, after what people joined and split
    credits      whose work an article is, after what people said
    overlay      people's stories laid over the machine's, in the merge's own transaction
    rulings      what people said of credits and sources, from the table of decisions
    words        a decision in words, and as data

A decision is made in aggregator/decide.py. The machine's own stories and credits stay as they are and are set aside: what is
shown is a pure function of them and of the decisions in force.
"""

from aggregator.decisions.overlay import Overlay
from aggregator.decisions.rulings import decide_credits, said_of_sources

__all__ = ["Overlay", "decide_credits", "said_of_sources"]
