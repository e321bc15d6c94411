"""The one name of an address, and of an article. Two addresses of one page get one key.

The law that all rests on: ``canonical(canonical(url)) == canonical(url)``, tested by property.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from w3lib.url import safe_url_string

# Parameters that only say how the reader came here. Prefixes of the big ad and mail systems, then whole names seen in
# outlets' own feeds (DW "maca", Guardian "CMP", BBC "at_…", POLITICO "RSS…" come through utm_).
TRACKING = re.compile(
    r"^(utm_.*|at_.*|fb_.*|mc_.*|pk_.*|mtm_.*|ns_.*|fbclid|gclid|gclsrc|dclid|msclkid|yclid|igshid|twclid|ttclid|_ga|_gl"
    r"|maca|cmp|cmpid|icid|ito|ocid|ref|ref_src|ref_url|referrer|rss|partner|smid|smtyp|s_cid|xtor|wt_mc|wt_zmc|share"
    r"|traffic_source|amp|outputtype"
    # … and numbers that a server gives to each visit (PHP, Java, ASP, ColdFusion, Zen Cart, osCommerce).
    r"|phpsessid|jsessionid|aspsessionid.*|sessionid|session_id|cfid|cftoken|zenid|oscsid)$",
    re.IGNORECASE,
)
SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
AMP_HOST = re.compile(r"^amp\.(?=[^.]+\.[^.]+)")
AMP_PATH = re.compile(r"(?:/amp(?:\.html)?|\.amp)(?=/?$)|(?<=/)amp/(?=\w)", re.IGNORECASE)
# Pangea, the system of VOA and RFE/RL, has /amp/SLUG/ID.html for /a/SLUG/ID.html.
AMP_PANGEA = re.compile(r"^/amp/(?=[^/]+/\d+\.html$)")
ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")  # %c3 and %C3 are the same (RFC 3986, 6.2.2.1)
ID_LENGTH = 12  # base32 characters = 60 bits: at 10 million articles a collision has odds of 1 in 23,000


@lru_cache(maxsize=4_096)  # a page's own address is asked for a dozen times while it is read
def canonical(url: str) -> str:
    """The address that stands for all addresses of the same page.

    https, no "www." or "amp.", lower-case host without the usual port, no "/index.php/", no AMP path, no tracking
    parameters, the others sorted, no fragment, no slash at the end but for the root. An address that is not http(s) or
    cannot be split comes back as it is, stripped.

    >>> canonical("http://www.commonspace.eu/index.php/news/termez/?utm_source=rss#top")
    'https://commonspace.eu/news/termez'
    """
    url = url.strip()
    try:
        parts = urlsplit(safe_url_string(url))
        port = parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return url
    once = _cleaned(parts, port)
    # Taking one thing away may uncover another ("www.www.", "/amp/amp"): go on until nothing changes.
    return once if once == url else canonical(once)


def _cleaned(parts: SplitResult, port: int | None) -> str:
    host = AMP_HOST.sub("", (parts.hostname or "").rstrip(".").removeprefix("www.")) or (parts.hostname or "")
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = AMP_PATH.sub("", AMP_PANGEA.sub("/a/", parts.path.replace("/index.php/", "/")))
    path = re.sub(r"/{2,}", "/", SESSION_PATH.sub("", path)).rstrip("/") or "/"
    path = ESCAPE.sub(lambda escape: escape[0].upper(), quote(path, safe="/%:@!$&'()*+,;=~"))
    query = urlencode(
        sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(k))
    )
    return urlunsplit(("https", host, path, query, ""))


def reader_address(url: str) -> str:
    """The address of a page for readers: as it answered, without what only says how somebody came there.

    ``canonical`` is a key: nobody has seen that "https" or a host without "www." answers.

    >>> reader_address("http://www.a.example/x/?utm_source=rss&id=7#top")
    'http://www.a.example/x/?id=7'
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    kept = [field for field in parts.query.split("&") if field and not TRACKING.match(field.partition("=")[0])]
    return urlunsplit((parts.scheme, parts.netloc, SESSION_PATH.sub("", parts.path), "&".join(kept), ""))


def host(url: str) -> str:
    """The host of an address without "www.", lower case, with an unusual port; "" where there is none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    name = (parts.hostname or "").removeprefix("www.")
    return name if port in (None, 80, 443) else f"{name}:{port}"


def article_id(url: str, outlet: str) -> str:
    """The id of the article at an address: the outlet, then 12 characters of a hash of the canonical address.

    >>> article_id("https://www.bbc.co.uk/news/articles/c0", "bbc")
    'bbc-tujili3z6amz'
    """
    digest = hashlib.sha256(canonical(url).encode()).digest()
    return f"{outlet}-{base64.b32encode(digest).decode().lower()[:ID_LENGTH]}"
