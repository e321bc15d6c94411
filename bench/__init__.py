"""Speed as ratios in one run, and the gold's figures. Reads ../shared where it is there; never a test.

all, eval                                   make bench, make eval: they run the others
whole_way, fetching, newsstand              pages a second beside a bare spider; a soak
merge, one_article, giant                   what a merge takes, one article more, one more report of a giant story
lines, statements, copies, stories, origins what its stages take
feeds, desk, history                        feeds, pages and answers of a large newsroom, and what was known then
archive_scale, archive_agrees, archive_killed   the same on Spark: its cost, its answers, its kills
faults, month, watches, fuzz, ssrf          kills, full disks, a month of faults, alerts told once, hostile bytes and addresses
eval_*, languages                           how right: pages, credits, copies, stories, counts, statements
rules, constants, kept_back                 what each rule and number is needed for; which fifth is kept back
learnt, odd_articles, train, common_words   what data and numbers were made from
covered                                     what share of each package the tests run
"""
