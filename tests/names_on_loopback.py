"""Settings under which every host name leads to this machine: a name server that an enemy controls."""

from __future__ import annotations

import socket

from scrapers.settings import *  # noqa: F403 - a settings module is its names

socket.gethostbyname = lambda _name: "127.0.0.1"
