"""Scrapy settings, a reason over each. What is not here is Scrapy's default."""

import os
from importlib.metadata import version

BOT_NAME = "twosource"
SPIDER_LOADER_CLASS = "scrapers.loader.OutletLoader"
SPIDER_MODULES = ["scrapers.spiders"]

# Where things lie. `twosource` sets both; `scrapy crawl ID` takes them from here. None: nothing is kept.
TWOSOURCE_DB = os.environ.get("TWOSOURCE_DB", "newsroom/twosource.db")
# Each waits most of its time: at 2 s a page, 32 outlets ask for 16 pages a second together.
TWOSOURCE_OUTLETS_AT_ONCE = 32
# At most so many article pages of an outlet in one visit; a sitemap may announce 50,000. The rest waits for the next.
TWOSOURCE_PAGES = 500

# Says honestly who asks. Who runs a crawler should say how to reach them: TWOSOURCE_CONTACT, an address or a mailbox.
CONTACT = os.environ.get("TWOSOURCE_CONTACT")
USER_AGENT = f"Twosource/{version('twosource')} (news crawler{f'; {CONTACT}' if CONTACT else ''})"
ROBOTSTXT_OBEY = True  # Scrapy's default is off
ROBOTSTXT_USER_AGENT = "Twosource"

# One request every 1 to 3 seconds to a host, fewer where it answers slowly, however many outlets lie on it: Scrapy's own
# DOWNLOAD_DELAY and AutoThrottle know only one outlet, so that scrapers/hosts.py keeps the pace.
TWOSOURCE_DELAY = 2.0  # seconds; an outlet's file may say another
DOWNLOAD_DELAY = 0  # hosts.py waits
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # one after the other, whatever the delay
CONCURRENT_REQUESTS = 8  # of one outlet, over all its hosts
AUTOTHROTTLE_ENABLED = False
CLOSESPIDER_TIMEOUT = 1800  # seconds for one visit: cron comes again, and what is left over is announced again

# Scrapy waits 3 minutes and 60 s for a name. Pages of outlets that we measured came in under 5 s.
DOWNLOAD_TIMEOUT = 30
DNS_TIMEOUT = 10
DOWNLOAD_MAXSIZE = 10_000_000  # bytes, also unpacked; the longest of 204 real pages has 1.1 million
DOWNLOAD_WARNSIZE = 0
# http and https alone: a link must not read file:, ftp: or s3: for us. Names are resolved to addresses of the public web,
# and of TWOSOURCE_PRIVATE_HOSTS, pairs of host and port that outlet files name inside a private network.
DOWNLOAD_HANDLERS_BASE = dict.fromkeys(("http", "https"), "scrapers.handler.BoundedHandler")
TWISTED_DNS_RESOLVER = "scrapers.addresses.PublicResolver"
TWOSOURCE_PRIVATE_HOSTS: list[tuple[str, int]] | None = None  # None: all that they name
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is off: anybody on the way could put words into a source's mouth
REDIRECT_MAX_TIMES = 6  # browsers follow 20; an honest move needs 1 to 3
METAREFRESH_ENABLED = False  # news pages use it to load themselves again and again
# Once more, then it is a failure until the next visit. A name that does not resolve now won't in a second.
RETRY_TIMES = 1
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # failures are counted and told with their reason

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapers.middlewares.truncated_gzip.TruncatedGzip": 590,  # in its place
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapers.addresses.PublicAddressesOnly": 50,  # before all others, on every hop
    "scrapers.middlewares.robots.StrictRobots": 100,  # in its place
    # Between retries (550) and the network, so that they see every try.
    "scrapers.middlewares.dead_hosts.DeadHosts": 560,
    "scrapers.middlewares.host_delay.HostDelay": 570,
    # Next to the network: what it sees is as it came, still compressed, before redirects and retries are followed.
    "scrapers.middlewares.archive.ArchiveResponses": 950,
}
ITEM_PIPELINES = {"scrapers.pipelines.StorePages": 100}

# Not needed, and each costs time at every request.
COOKIES_ENABLED = False
REFERER_ENABLED = False
HTTPPROXY_ENABLED = bool(os.environ.get("https_proxy") or os.environ.get("http_proxy"))
HTTPERROR_ALLOW_ALL = True  # the spider counts every status itself
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
# A page's callback yields one item. Scrapy makes so many tasks for the output of every page, 100 unless told: measured,
# half of the crawl's own time.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the spider's source once for every outlet; mypy sees such returns
DOWNLOADER_STATS = False
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
MEMUSAGE_ENABLED = False

# No doors into a running crawl.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
