"""Which article's text is (partly) another's, and who had it first.

    index = copies.CopyIndex.open(db)
    found = index.add(article, credits)     one article after the other, in order of arrival

words → shingles → postings find the articles worth comparing; alignment → overlap say how much they share; direction
says who took it from whom. Two articles are a copy if 40 % of the shorter one's own words stand in the other.

The rule of the house: a copy that we miss makes one source look like two, a false one makes two look like one; both are
wrong, so the threshold is that of the definition, and what stays below is listed as "partial" and counts for nothing.
"""

from aggregator.copies.index import RULES, CopyIndex

__all__ = ["RULES", "CopyIndex"]
