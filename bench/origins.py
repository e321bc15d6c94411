"""How long the origins of one story take: seconds for 100, 1,000 and 4,000 articles of it.

    python -m bench.origins

A story of an agency's text that nine of ten articles print, with own reports between them; each copy is one of the article before
and of the first. Linear: a thousand articles take ten times what a hundred take, and not a hundred times.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from aggregator import origins
from storage.types import Article, Copy, Credit

BEGAN = datetime(2026, 4, 1, tzinfo=UTC)
SIZES = (100, 1_000, 4_000)
AGENCY = Credit(
    name="AFP", org="afp", place=None, role="agency", relation="republished", where="end", words="(AFP)", start=0, end=0
)
SEEN = Credit(
    name=None, org="us", place=None, role="publisher", relation="own", where="body", words="he told us", start=0, end=0,
    kind="interview",
)  # fmt: skip


def main() -> None:
    """Print a line a size, the best of three."""
    base = 0.0
    for size in SIZES:
        seconds = min(measured(size) for _ in range(3))
        base = base or seconds / SIZES[0]
        print(
            f"{size:>5} articles: {seconds:.3f} s, {seconds / size / base:.2f} times as long an article as of {SIZES[0]}"
        )


def measured(size: int) -> float:
    """Seconds for the origins of a story of so many articles."""
    reports = [
        Article(
            id=f"a{n:05}", outlet=f"outlet{n % 400}", url=None, fetched=BEGAN + timedelta(minutes=n), published=None,
            headline="A turbine burned", body=("A turbine burned for nine hours.",),
        )
        for n in range(size)
    ]  # fmt: skip
    said = {one.id: [SEEN] if n % 10 == 9 else [AGENCY] if n % 3 == 0 else [] for n, one in enumerate(reports)}
    printed = [one for n, one in enumerate(reports) if n % 10 != 9]
    copies = [
        Copy(a=a.id, b=b.id, share_a=0.9, share_b=0.9, kind="cut", direction="unknown", certainty="unknown", reasons=())
        for n, b in enumerate(printed[1:], start=1)
        for a in {printed[0].id: printed[0], printed[n - 1].id: printed[n - 1]}.values()
    ]
    began = time.perf_counter()
    origins.count_origins(reports, said, copies)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
