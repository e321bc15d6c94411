"""Counts by month and by day as bars, drawn as SVG; built from escaped text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from aggregator.search.attention import Day
from aggregator.site.contents import Month
from storage.profiles import Reach

BAR, GAP, TALL = 30, 14, 130  # pixels
SMALL = 24  # pixels: a line of a table
DAYS = 60  # two months: more bars are wider than a screen, and the CSV has all


def own_work(months: Sequence[Month]) -> Markup:
    """Own work, others' and what is not sure, a bar a month."""
    rows = [
        (one.month, (("own", one.own), ("wire", sum(n for _, _, n in one.others)), ("unsure", one.unsure)))
        for one in months
    ]
    words = {"own": "own work", "wire": "rest on others", "unsure": "not sure"}
    return _bars(rows, words, "Articles a month: own work, others' work, not sure. The table below has the numbers.")


def reach_of(months: Sequence[tuple[str, Sequence[Reach]]]) -> Markup:
    """Articles that credit an organisation, a bar a month."""
    rows = [(month, (("wire", float(sum(one.articles for one in found))),)) for month, found in months]
    label = "Articles a month that credit it with a text. The table below has the numbers."
    return _bars(rows, {"wire": "credit it"}, label)


def by_day(days: Sequence[Day]) -> Markup:
    """Articles of a search, a bar a day: as many as there are stories, and what reported these once more."""
    found = {one.day: one for one in days}
    rows = [
        (day, (("own", one.stories if one else 0.0), ("wire", one.articles - one.stories if one else 0.0)))
        for day in _last_days(days)
        for one in [found.get(day)]
    ]
    label = "Stories and articles a day. The table below has the numbers."
    return _bars(rows, {"own": "stories", "wire": "further articles of them"}, label, _of_a_day)


def spark(days: Sequence[Day], who: str | None, all_: Sequence[Day]) -> Markup:
    """One outlet's or agency's articles of a search, a small bar for each of the days on which anybody had one, or between."""
    counts = {one.day: one.articles for one in days if one.who == who}
    shown = _last_days(all_)
    most = max((one.articles for one in days), default=1)
    drawn = Markup("").join(
        Markup('<rect class="wire" x="{}" y="{:.1f}" width="4" height="{:.1f}"><title>{}: {}</title></rect>').format(
            6 * n, SMALL - SMALL * counts[day] / most, SMALL * counts[day] / most, day, counts[day]
        )
        for n, day in enumerate(shown)
        if day in counts
    )
    return Markup(
        '<svg class="bars" width="{w}" height="{h}" viewBox="0 0 {w} {h}" aria-hidden="true">{drawn}</svg>'
    ).format(w=6 * len(shown), h=SMALL, drawn=drawn)


def _last_days(days: Sequence[Day]) -> list[str]:
    """The days from the first to the last on which something came out, at most DAYS of them: those between are empty."""
    if not days:
        return []
    first, last = (date.fromisoformat(one.day) for one in (days[0], days[-1]))
    return [(last - timedelta(days=n)).isoformat() for n in range(min((last - first).days + 1, DAYS) - 1, -1, -1)]


def _of_a_month(month: str) -> str:
    return month[2:].replace("-", "/")


def _of_a_day(day: str) -> str:
    return day[5:]


def _bars(
    rows: Sequence[tuple[str, Sequence[tuple[str, float]]]],
    words: Mapping[str, str],
    label: str,
    axis: Callable[[str], str] = _of_a_month,
) -> Markup:
    """Stacked bars as SVG. ``rows``: month or day, and (class, count) from the ground up; an axis says what the tallest is."""
    most = max((sum(n for _, n in parts) for _, parts in rows), default=0) or 1
    drawn, left = Markup(""), 40
    for n, (month, parts) in enumerate(rows):
        x, y = left + n * (BAR + GAP) + GAP // 2, float(TALL)
        said = ", ".join(f"{count:g} {words[kind]}" for kind, count in ((k, round(c, 1)) for k, c in parts) if count)
        pieces = Markup("")
        for kind, count in parts:
            height = TALL * count / most
            y -= height
            pieces += Markup('<rect class="{}" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
                kind, x, y + 10, BAR, height
            )
        drawn += Markup('<g><title>{}: {}</title>{}<text x="{}" y="{}" text-anchor="middle">{}</text></g>').format(
            month, said, pieces, x + BAR // 2, TALL + 26, axis(month)
        )
    width = left + max(1, len(rows)) * (BAR + GAP)
    return Markup(
        '<svg class="bars" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">'
        '<line x1="{x}" x2="{w}" y1="{y}" y2="{y}"/><text x="{t}" y="16" text-anchor="end">{most:g}</text>'
        '<text x="{t}" y="{y}" text-anchor="end">0</text>{drawn}</svg>'
    ).format(w=width, h=TALL + 34, label=label, x=left, y=TALL + 10, t=left - 6, most=round(most, 1), drawn=drawn)
