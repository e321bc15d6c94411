"""Which article's text is (partly) another's, and who had it first.

    index = copies.CopyIndex.open(db)
    found = index.add(article, credits)     one article after the other, in order of arrival

What finds the articles worth comparing, says how much they share, and who took it from whom:

    words, shingles, postings    a text's words, five in a row as a number, and where each stands
    boilerplate                  shingles that prove nothing
    index, comparing             the open index; two texts beside each other
    alignment, overlap           which words are the same; how much of either text that is
    direction                    who had it first

Two articles are a copy if 40 % of the shorter one's own words stand in the other.

The rule of the house: a copy that we miss makes one source look like two, a false one makes two look like one; both are
wrong, so the threshold is that of the definition, and what stays below is listed as "partial" and counts for nothing.
"""

from aggregator.copies.index import RULES, CopyIndex

__all__ = ["RULES", "CopyIndex"]
