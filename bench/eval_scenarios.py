"""How often the number of independent sources is right, on scenarios that an editor counted.

    python -m bench.eval_scenarios tests/scenarios/two_sources.txt ../shared/origins/gold_given.jsonl

All articles of a scenario are taken as one story, so that the count is told apart from the grouping. With ``--end-to-end``
each scenario is merged in a database of its own, as ``twosource merge`` does, and its largest story counts; how many fell into
several stories is printed as well. *Too high*, the worst mistake, is printed first.
"""

from __future__ import annotations

import html
import json
import math
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import xxhash

from aggregator import copies, credit, grounds, merge, origins
from aggregator.credit.registry import load_registry, states
from aggregator.origins.count import Counted
from scrapers import imports
from scrapers.pages import read_article
from storage import articles, clock, stories
from storage.db import connect
from storage.types import Article, Copy, Credit, Outlet, Page

HEAD = re.compile(r"## (\S+) \| (\S+) \| (\d+) to (\d+|many)(?: \| (page))?$")
Scenario = dict[str, Any]


def main() -> None:
    """Print a line a kind and the totals, a file after the other."""
    judge = merged if "--end-to-end" in sys.argv else count
    for name in (word for word in sys.argv[1:] if not word.startswith("-")):
        print(Path(name).name)
        by_kind: dict[str, Counter[str]] = defaultdict(Counter)
        for scenario in scenarios(Path(name)):
            by_kind[scenario["kind"]].update(faults(judge(scenario), scenario["right"]))
        for kind, found in sorted(by_kind.items()):
            print(f"  {kind}: {told(found)}")
        print(f"  in all: {told(sum(by_kind.values(), Counter()))}")


def scenarios(file: Path) -> Iterator[Scenario]:
    """The scenarios of a file: JSON lines, or our own text."""
    text = file.read_text("utf-8")
    if file.suffix == ".jsonl":
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
    else:
        yield from (_scenario(part) for part in re.split(r"(?m)^(?=## \S+ \| \S+ \| \d)", text)[1:])


@dataclass(frozen=True)
class Merged:
    """The interval of a scenario's largest story, and how many stories it became."""

    least: int
    most: int | None
    stories: int


def faults(counted: Counted | Merged, right: dict[str, int | None]) -> Counter[str]:
    """What is wrong with an interval."""
    least, most = right["least"] or 0, math.inf if right["most"] is None else right["most"]
    said = math.inf if counted.most is None else counted.most
    wrong = {"too high": counted.least > least, "too low": counted.least < least, "upper": said != most}
    return Counter(
        {
            "n": 1,
            "exact": int(not any(wrong.values())),
            "split": int(isinstance(counted, Merged) and counted.stories > 1),
            "two": int(least >= 2),
            "kept": int(min(least, counted.least) >= 2),
        }
        | {name: int(is_so) for name, is_so in wrong.items()}
    )


def told(found: Counter[str]) -> str:
    """Figures in a line."""
    return (
        f"too high {found['too high']}, exact {found['exact']} of {found['n']}, too low {found['too low']}, "
        f"two or more kept {found['kept']} of {found['two']}" + (f", split {found['split']}" if found["split"] else "")
    )


def count(scenario: Scenario) -> Counted:
    """The interval of a scenario, all its articles in one story."""
    registry = load_registry()
    outlets = {one["id"]: _outlet(one) for one in scenario["outlets"]}
    names = {org.id: org.name for org in registry} | {outlet.id: outlet.name for outlet in outlets.values()}
    owners = {outlet.id: outlet.owner for outlet in outlets.values() if outlet.owner}
    said: dict[str, tuple[Credit, ...]] = {}
    pairs: list[Copy] = []
    members: dict[str, Article] = {}
    with tempfile.TemporaryDirectory() as folder:
        db = connect(Path(folder) / "scenario.db")
        index = copies.CopyIndex.open(db)
        for read in sorted(_articles(scenario, outlets, Path(folder)), key=lambda article: article.fetched):
            article, _ = articles.append(db, read)
            lines = credit.credits_of(article, registry)
            pairs += index.add(article, lines)
            said[article.id] = (*lines, *grounds.grounds_of(article, lines, registry, names))
            members[article.id] = article
        db.close()
    return origins.count_origins(
        list(members.values()), said, pairs, names=names, owners=owners, states=states(registry)
    )


def merged(scenario: Scenario) -> Merged:
    """What the merge says of a scenario."""
    outlets = {one["id"]: _outlet(one) for one in scenario["outlets"]}
    registry = load_registry()
    known = merge.Reference(
        registry=registry,
        owners={outlet.id: outlet.owner for outlet in outlets.values() if outlet.owner},
        names={org.id: org.name for org in registry} | {outlet.id: outlet.name for outlet in outlets.values()},
    )
    with tempfile.TemporaryDirectory() as folder:
        db = connect(Path(folder) / "scenario.db")
        for read in sorted(_articles(scenario, outlets, Path(folder)), key=lambda article: article.fetched):
            articles.append(db, read)
        merge.merge(db, known)
        found = list(stories.latest(db, limit=None))
        db.close()
    largest = max(found, key=lambda story: len(story.articles))
    return Merged(largest.least, largest.most, len(found))


def _articles(scenario: Scenario, outlets: dict[str, Outlet], folder: Path) -> Iterator[Article]:
    lines = folder / "articles.jsonl"
    lines.write_text("".join(json.dumps(one) + "\n" for one in scenario.get("articles", [])), "utf-8")
    yield from (found for found in imports.articles(lines, arrived=clock.now()) if isinstance(found, Article))
    for page in scenario.get("pages", []):
        fetched = datetime.fromisoformat(page["fetched"])
        body = page["html"].encode()
        found = read_article(
            Page(
                url=page["url"], outlet=page["outlet"], fetched=fetched, status=200, body=body, content_type="text/html"
            ),
            outlets[page["outlet"]],
        )
        if isinstance(found, Article):
            yield found


def _outlet(one: dict[str, str]) -> Outlet:
    host = one.get("host") or f"{one['id']}.example"
    languages = (one["language"],) if one.get("language") else ()
    return Outlet(
        id=one["id"],
        name=one["name"],
        homepage=f"https://{host}/",
        hosts=(host,),
        languages=languages,
        owner=one.get("owner"),
    )


# ---------------------------------------------------------------------------------------------- our own text


def _scenario(part: str) -> Scenario:
    head, *rest = part.rstrip().split("\n")
    found = HEAD.match(head)
    assert found, head
    name, kind, least, most, page = found.groups()
    day = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(days=sum(map(ord, name)) % 60)
    items: list[dict[str, Any]] = []
    for line in rest:
        if line.startswith("@ "):
            items.append(_item(line, day, f"{name}:{len(items)}"))
        elif line.startswith("# "):
            items[-1]["headline"] = line[2:]
        elif line.strip() and items:
            items[-1]["body"].append(line)
    right = {"least": int(least), "most": None if most == "many" else int(most)}
    made = {"pages" if page else "articles": [_page(item) if page else _line(item) for item in items]}
    named = {item["outlet"]: item["of"] for item in items}
    return {"name": name, "kind": kind, "right": right, "outlets": list(named.values()), **made}


def _item(line: str, day: datetime, id_: str) -> dict[str, Any]:
    outlet, name, language, at, byline, facts = [*(word.strip() for word in line[2:].split("|")), "", ""][:6]
    hour, minute = map(int, at.split(":"))
    more = dict(fact.split("=", 1) for fact in facts.split("; ") if "=" in fact)
    of = {"id": outlet, "name": name, "language": language} | ({"owner": more["owner"]} if "owner" in more else {})
    fetched = day + timedelta(hours=hour, minutes=minute)
    return {"id": id_, "outlet": outlet, "of": of, "at": fetched.isoformat(), "byline": byline, "body": [], **more}


def _line(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["id"], "outlet": item["outlet"], "headline": item["headline"], "text": "\n\n".join(item["body"]),
        "published": item["at"], "fetched": item["at"], "language": item["of"]["language"],
        "authors": [item["byline"]] if item["byline"] else [],
    }  # fmt: skip


def _page(item: dict[str, Any]) -> dict[str, Any]:
    said = {key: html.escape(str(value)) for key, value in item.items()}
    url = f"https://{item['outlet']}.example/2026/{xxhash.xxh32_intdigest(item['id'].encode())}.html"
    linked = {"@type": item.get("type", "NewsArticle"), "headline": item["headline"], "datePublished": item["at"]}
    linked |= {"articleSection": item["section"]} if "section" in item else {}
    figure = (
        f'<figure><img src="/p.jpg"><figcaption>{said["caption"]}</figcaption></figure>' if "caption" in item else ""
    )
    byline = f'<p class="byline">{said["byline"]}</p>' if item["byline"] else ""
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in item["body"])
    document = f"""<html lang="{item["of"]["language"]}"><head><meta charset="utf-8"><title>{said["headline"]}</title>
<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **linked})}</script></head><body>
<main><article><h1>{said["headline"]}</h1>{byline}{figure}<div class="article-body">{body}</div></article></main></body></html>"""
    return {"url": url, "outlet": item["outlet"], "fetched": item["at"], "html": document}


if __name__ == "__main__":
    main()
