"""Stories, articles and changes as items: what a reader reads of them. Pure; HTML is built from escaped text.

Titles are the outlets' headlines and nothing else: a count in a title would change with every report, and a reader such as
sfeed shows an item whose title changed a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from aggregator.feeds import changes
from aggregator.feeds.model import Item, Photo, Publisher, tag
from aggregator.feeds.text import cut, escape, link, marked
from aggregator.revisions import COSMETIC, compare
from storage.coverage import Change, Coverage, CoveringArticle
from storage.types import Article, Origin, Outlet

LEFT = "<p><em>This no longer meets the terms of this feed.</em></p>"
Outlets = Mapping[str, Outlet]


def story(
    coverage: Coverage, outlets: Outlets, *, lead: CoveringArticle, since: datetime, id_: str, left: bool = False
) -> Item:
    """A story: how many independent sources, which, who reports it, why they are counted so, and the lead."""
    html = (
        _counted(coverage) + _told(lead.article, outlets) + _reporters(coverage, outlets) + _reasons(coverage.origins)
    )
    return _item(
        lead.article,
        outlets,
        id_=id_,
        since=since,
        updated=max([since, *(report.article.fetched for report in coverage.reports)]),
        summary=f"{sources(coverage.least, coverage.most)}: {_named(coverage.origins)}. {lead.article.standfirst or ''}".strip(),
        html=(LEFT if left else "") + html,
    )


def article(report: CoveringArticle, outlets: Outlets, *, since: datetime, id_: str, left: bool = False) -> Item:
    """An article, with who reprints it."""
    one = report.article
    html = (LEFT if left else "") + _told(one, outlets) + _prints(report.reprints, outlets)
    return _item(
        one, outlets, id_=id_, since=since, updated=max(since, one.fetched), summary=one.standfirst or "", html=html
    )


def correction(change: Change, outlets: Outlets, *, id_: str) -> Item | None:
    """A new version that changed something of substance, with what changed; None where none did."""
    made = compare(change.before, change.after)
    if not made.substance:
        return None
    name = outlet(change.after, outlets).name
    said = f"{name} changed this article: {', '.join(kind for kind in made.kinds if kind not in COSMETIC)}."
    html = f"<p>{escape(said)}</p><div{marked(change.after.language)}>{changes.described(change.before, change.after)}</div>"
    moment = change.after.fetched
    return _item(
        change.after, outlets, id_=id_, since=moment, updated=moment, summary=said, html=html, prefix="Changed: "
    )


def name(authority: str, feed: str, unit: str) -> str:
    """The id of an item: made of the feed's name and the unit's id, so that it is the same from a rebuilt database."""
    return tag(authority, feed, unit)


def sources(least: int, most: int | None) -> str:
    """The count in words: what is known, and no more.

    >>> sources(2, None), sources(1, 1), sources(1, 3)
    ('2 or more independent sources', '1 source', '1 to 3 independent sources')
    """
    if most is None:
        return f"{least} or more independent sources"
    if least == most:
        return "1 source" if least == 1 else f"{least} independent sources"
    return f"{least} to {most} independent sources"


def outlet(one: Article, outlets: Outlets) -> Publisher:
    """Who published an article; an outlet without a file is known by its host alone."""
    facts = outlets.get(one.outlet)
    if facts is None:
        return Publisher(name=one.outlet)
    feed = next(iter(facts.sources_of("feed")), None)
    return Publisher(name=facts.name, homepage=facts.homepage, feed=feed.url if feed else None)


def _item(
    one: Article,
    outlets: Outlets,
    *,
    id_: str,
    since: datetime,
    updated: datetime,
    summary: str,
    html: str,
    prefix: str = "",
) -> Item:
    photo = one.picture
    return Item(
        id=id_,
        title=prefix + cut(one.headline or one.url or one.id),
        link=one.url,
        published=since,
        updated=updated,
        summary=summary,
        html=html,
        outlet=outlet(one, outlets),
        authors=one.authors,
        language=one.language,
        tags=one.tags,
        photo=Photo(url=photo.url, caption=photo.caption, credit=photo.credit) if photo else None,
    )


def _counted(coverage: Coverage) -> str:
    named = _named(coverage.origins)
    return f"<p><strong>{escape(sources(coverage.least, coverage.most))}</strong>{escape(': ' + named if named else '')}</p>"


def _named(origins: Iterable[Origin]) -> str:
    return ", ".join(origin.name for origin in origins if origin.most != 0)


def _told(one: Article, outlets: Outlets) -> str:
    """The lead: whole where its outlet allows it, otherwise the standfirst; always with whose it is."""
    facts = outlets.get(one.outlet)
    whole = facts is not None and facts.full_text and not one.paywalled
    paragraphs = ([one.standfirst] if one.standfirst else []) + (list(one.body) if whole else [])
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<blockquote{marked(one.language)}>{text}</blockquote><p>{_whose(one, outlets)}</p>"
        if text
        else f"<p>{_whose(one, outlets)}</p>"
    )


def _whose(one: Article, outlets: Outlets) -> str:
    by = f"{', '.join(one.authors)}, " if one.authors else ""
    return f"— {escape(by)}{link(one.url, outlet(one, outlets).name)}"


def _reporters(coverage: Coverage, outlets: Outlets) -> str:
    rows = "".join(
        f"<li>{escape(outlet(report.article, outlets).name)}: <span{marked(report.article.language)}>"
        f"{link(report.article.url, cut(report.article.headline or report.article.id))}</span></li>"
        for report in coverage.reports
    )
    return f"<p>Reported by:</p><ol>{rows}</ol>"


def _reasons(origins: Iterable[Origin]) -> str:
    rows = "".join(
        f"<li>{escape(origin.name)}: {escape('; '.join(origin.reasons))}</li>" for origin in origins if origin.reasons
    )
    return f"<p>Why they are counted so:</p><ul>{rows}</ul>" if rows else ""


def _prints(reprints: Iterable[tuple[str, str | None]], outlets: Outlets) -> str:
    rows = ", ".join(link(url, outlets[id_].name if id_ in outlets else id_) for id_, url in reprints)
    return f"<p>Also printed by: {rows}</p>" if rows else ""
