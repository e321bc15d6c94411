"""A page kept as a test of the reader: the page as a WARC, and beside it a truth file for a person to fill in.

The truth is left empty on purpose: who corrects what the reader saw overlooks what it missed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from storage import keys
from storage.archive import Archive
from storage.types import Page

EMPTY: Mapping[str, object] = {
    "headline": "",
    "standfirst": None,
    "body": [],
    "authors": [],
    "published": None,
}  # published: ISO 8601, with its zone


def save(page: Page, folder: Path) -> tuple[Path, Path]:
    """Write HOST-MOMENT.warc.gz and HOST-MOMENT.json, and say where. Raises OSError where a page of that second is there."""
    name = f"{keys.host(page.url) or 'file'}-{page.fetched:%Y%m%d-%H%M%S}"
    headers = [("Content-Type", page.content_type)] if page.content_type else []
    with Archive(folder, f"{name}.warc.gz") as archive:
        archive.append(url=page.url, status=page.status, headers=headers, body=page.body, fetched=page.fetched)
    truth = folder / f"{name}.json"
    truth.write_text(json.dumps({"url": page.url, **EMPTY}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return folder / archive.file, truth
