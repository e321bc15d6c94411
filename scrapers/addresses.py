"""Which addresses may be asked: the public web, and what an operator's own outlet files name inside a private network.

Judged in two places that share these rules. The middleware sees every request on every hop (links, redirects, robots.txt)
and refuses other schemes and spelled addresses; the resolver sees every name at the moment of connecting and passes on
only addresses that may be asked, so that a name that changes its answer changes nothing. Fetches nothing itself.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from scrapers.outlets import load_outlets
from storage.home import Home
from storage.types import Outlet

PORTS = {"http": 80, "https": 443}
# Carry an IPv4 address inside (RFC 6052; RFC 3056), which then is the one that counts.
NAT64, SIX_TO_FOUR = ip_network("64:ff9b::/96"), ip_network("2002::/16")
PRIVATE = "it leads into a private network"


def is_public(address: str) -> bool:
    """May anybody's link lead there? False for loopback, link-local, private, shared, multicast and reserved addresses.

    >>> is_public("93.184.215.14"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            found = found.ipv4_mapped
        elif found in NAT64 or int(found) >> 32 == 0:
            found = IPv4Address(int(found) & 0xFFFFFFFF)
        elif found in SIX_TO_FOUR:
            found = IPv4Address(int(found) >> 80 & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast


def spelled_address(host: str) -> str | None:
    """The IP address that a host name is, in any spelling that a system's resolver takes; None: it is a name.

    >>> spelled_address("2130706433"), spelled_address("0x7f.1"), spelled_address("[::1]"), spelled_address("a.example")
    ('127.0.0.1', '127.0.0.1', '::1', None)
    """
    host = host.strip("[]").rstrip(".")
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return (
            socket.inet_ntoa(socket.inet_aton(host)) if host and not host.strip("0123456789abcdefxABCDEFX.") else None
        )
    except OSError:
        return None


def permitted(outlet: Outlet) -> frozenset[tuple[str, int]]:
    """The hosts and ports inside a private network that an outlet's own file lets it ask.

    With ``allow_private`` all that the file names; without it those that its ``hosts`` spell as an address: nobody
    writes 127.0.0.1:8000 and means the public web.
    """
    named = {pair for host in outlet.hosts for pair in _pairs(host)}
    if not outlet.allow_private:
        return frozenset((host, port) for host, port in named if spelled_address(host))
    return frozenset(named | {_pair(url) for url in (outlet.homepage, *(source.url for source in outlet.sources))})


def _pairs(host: str) -> set[tuple[str, int]]:
    name, _, port = (
        host.rpartition(":") if host.rpartition(":")[2].isdigit() and not host.endswith("]") else (host, "", "")
    )
    return {(name.strip("[]"), int(port))} if port else {(name.strip("[]"), 80), (name.strip("[]"), 443)}


def _pair(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0))


def private_hosts(settings: BaseSettings) -> frozenset[tuple[str, int]]:
    """What some outlet may ask inside a private network: as a crawl was told, else as all the user's files say."""
    told = settings["TWOSOURCE_PRIVATE_HOSTS"]
    if told is not None:
        return frozenset((str(host), int(port)) for host, port in told)
    database = settings["TWOSOURCE_DB"]
    known, _ = load_outlets(Home(Path(database)).outlets if database else None)
    return frozenset[tuple[str, int]]().union(*map(permitted, known.values()))


class PublicAddressesOnly:
    """Scrapy's downloader middleware: refuses a request that may not be made, before anything else sees it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._everybody = private_hosts(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for another scheme than http(s), and for a host that only others may ask."""
        parts = urlparse_cached(request)
        if parts.scheme not in PORTS or not parts.hostname:
            raise IgnoreRequest("not an http address")
        spider: Any = self._crawler.spider
        outlet: Outlet = spider.outlet
        pair = _pair(request.url)
        spelled = spelled_address(parts.hostname)
        if pair in permitted(outlet):
            return
        if pair in self._everybody or (spelled and not is_public(spelled)):
            raise IgnoreRequest(f"{PRIVATE} ({parts.hostname})")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say of a name that did not resolve because its addresses were refused that they were."""
        from twisted.internet import reactor

        if (urlparse_cached(request).hostname or "") in getattr(reactor.nameResolver, "refused", ()):
            raise IgnoreRequest(f"{PRIVATE} ({urlparse_cached(request).hostname})") from exception


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, with the judge before what it found."""

    def __init__(self, reactor: Any, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._permitted: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """What Scrapy calls, once a process."""
        resolver = super().from_crawler(crawler, reactor)
        proxies = {_pair(url if "://" in url else f"http://{url}") for url in getproxies().values()}
        resolver._permitted = private_hosts(crawler.settings) | proxies
        return resolver

    def install_on_reactor(self) -> None:
        """Take the reactor's name resolution over."""
        super().install_on_reactor()
        judge: Any = Judge(self.reactor.nameResolver, self._permitted)
        self.reactor.installNameResolver(judge)


@implementer(IHostnameResolver)
class Judge:
    """Passes on only those addresses of a name that may be asked."""

    def __init__(self, asked: Any, allowed: Iterable[tuple[str, int]]) -> None:
        self._asked, self._allowed = asked, frozenset(allowed)
        self.refused: set[str] = set()  # names of which some address was

    def resolveHostName(self, receiver: Any, hostName: str, portNumber: int = 0, *rest: Any, **more: Any) -> Any:  # noqa: N802, N803
        """What Twisted calls for every new connection, for spelled addresses too."""
        if (hostName, portNumber) not in self._allowed:
            receiver = _Judged(receiver, hostName, self.refused)
        return self._asked.resolveHostName(receiver, hostName, portNumber, *rest, **more)


@implementer(IResolutionReceiver)
class _Judged:
    def __init__(self, receiver: Any, name: str, refused: set[str]) -> None:
        self._receiver, self._name, self._refused = receiver, name, refused

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's names
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused.add(self._name)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()
