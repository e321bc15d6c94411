"""What an outlet changed in an article, sentence by sentence, and whether that is of substance. Pure.

sentences    a text in sentences, a sentence in words
compare      two versions: what changed, of which kind
"""

from aggregator.revisions.compare import COSMETIC, RULES, FieldChange, Revision, compare

__all__ = ["COSMETIC", "RULES", "FieldChange", "Revision", "compare"]
