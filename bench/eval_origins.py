"""How often a text whose credit is hidden is given back to its agency by its text-neighbours.

    python -m bench.eval_origins ../shared/merge

Of the real articles those count that credit one agency with their text. The credits of half of the outlets (by hash; then
of the other half) are hidden from the lineages; what these say is compared with what was hidden. An article can get its
agency back where another one that prints the same text still shows it: those are counted as well.
"""

from __future__ import annotations

import sys
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from aggregator.credit import credits_of
from aggregator.credit.registry import load_registry
from aggregator.origins import lineage
from bench.eval_copies import article, found, lines
from storage.types import Article, Copy


def main() -> None:
    """Print a line a half."""
    rows = sorted(lines(Path(sys.argv[1]) / "copies_real.jsonl.gz"), key=lambda line: (line["fetched"], line["id"]))
    articles = [article(line, n) for n, line in enumerate(rows)]
    copies = [copy for copy in found(rows) if copy.is_copy]
    known = {one.id: agency for one in articles if (agency := agency_of(one))}
    print(f"{len(articles)} articles, {len(known)} name one agency: {len(set(known.values()))} agencies")
    for half in (0, 1):
        hidden = {one.id for one in articles if one.id in known and zlib.crc32(one.outlet.encode()) % 2 == half}
        print(f"half {half} hidden:", score(articles, copies, known, hidden))


def agency_of(one: Article) -> str | None:
    """The one agency whose text it says it prints; None where it names none, or several."""
    registry = load_registry()
    said = {credit.org for credit in credits_of(one, registry) if credit.org and credit.relation == "republished"}
    orgs = [org.id for org in map(registry.get, sorted(said)) if org is not None and org.kind == "agency"]
    return orgs[0] if len(orgs) == 1 else None


def score(articles: Sequence[Article], copies: Sequence[Copy], known: Mapping[str, str], hidden: set[str]) -> str:
    """How many hidden credits come back, how many of those are right, and how many lineages are of one agency."""
    named = {name for name in known if name not in hidden}
    descents = lineage.trace_lineages(articles, copies, named)
    back = {name: known[descents[name].root] for name in hidden if name in descents and descents[name].root in named}
    right = sum(known[name] == agency for name, agency in back.items())
    groups: dict[str, set[str]] = defaultdict(set)
    for name, descent in descents.items():
        groups[descent.root] |= {known[one] for one in (name, descent.root) if one in known}
    told = [agencies_of for agencies_of in groups.values() if agencies_of]
    whole = sum(len(agencies_of) == 1 for agencies_of in told)
    pairs = [pair for copy in copies for pair in ((copy.a, copy.b), (copy.b, copy.a))]
    can = {one for one, other in pairs if one in hidden and other in named}
    return (
        f"{len(back)}/{len(hidden)} given an agency ({len(back) / len(hidden):.3f}), "
        f"{len(back.keys() & can)}/{len(can)} of those with a neighbour that shows it, "
        f"{right}/{len(back)} right ({right / max(1, len(back)):.3f}), {whole}/{len(told)} lineages of one agency"
    )


if __name__ == "__main__":
    main()
