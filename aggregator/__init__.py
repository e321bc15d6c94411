"""Judges what the scrapers fetched: whose work it is, what is copied, what belongs together, how many sources a story has.

pipeline, following          the whole way: crawl, follow, merge, publish; the merge in a process of its own
merge                        the judgement, stage by stage, by these, which are pure:
credit, grounds, kind        what a page says of its sources, what a text shows of them, what kind of text it is
copies, stories, origins     which articles share text, report one event, rest on whom
unstated_language            the likeliest language of an article that states none
statements, revisions        who says what and who denies it; what an outlet changed
decisions, decide            what people decided, laid over it; how a decision is made
search, check                words find articles; what is held on a claim
health                       what is wrong with an outlet
feeds, site, watches, mcp    what goes out: feeds, pages, alerts, answers to assistants
dossier                      one story taken out
archive                      the same judgement on Apache Spark
cli                          the command line
"""

import storage  # noqa: F401 - before anything of ours loads sqlite-utils, which would load more than we need
