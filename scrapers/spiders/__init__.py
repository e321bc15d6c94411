"""The one spider, and what it says of itself.

outlet           fetches the pages that an outlet announces, and yields them
announcements    what its sources announce, asked in order of trust
conditional      what makes the next request a conditional one
redirects        where an answer leads
"""
