"""Settings under which the names n0.example, n1.example … lead to the private addresses of bench/ssrf.py, one each."""

from __future__ import annotations

import socket

from bench.ssrf import FORMS
from scrapers.settings import *  # noqa: F403 - a settings module is its names

_addresses = list(FORMS.values())


def _resolve(name: str) -> str:
    spelled = _addresses[int(name.removeprefix("n").partition(".")[0])]
    return "127.0.0.1" if spelled.startswith(("[", "local")) else socket.inet_ntoa(socket.inet_aton(spelled))


socket.gethostbyname = _resolve
