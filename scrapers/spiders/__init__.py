"""The one spider, and what it says of itself.

outlet       asks an outlet's sources what is new, fetches those pages, and yields them
redirects    where an answer leads
"""
