"""Fetches pages and says what they say. Judges nothing.

outlets                             outlets as data
crawl, loader, session, settings    one crawl: a spider an outlet, and what it holds open
shards                              many crawlers, each with its share of the outlets
spiders                             the one spider
discovery                           what feeds, sitemaps and listings announce
middlewares, handler                between Scrapy and the network
hosts, addresses, reasons           what is known of hosts; which addresses may be asked; why a request gave nothing
accounts                            what a visit counts
pipelines, parser_pool              where a page is read, within limits
pages, layouts                      what a page says; where its outlet always puts it
store_page                          from a page to its row
replay, imports                     pages from WARC files; articles that somebody else extracted
sample                              a made-up newsroom
"""

import storage  # noqa: F401 - before anything of ours loads sqlite-utils, which would load more than we need
