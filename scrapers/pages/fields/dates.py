"""When a page says it was published and changed. Reads only elements that state a moment; a time of day or a zone that
nobody states is not added: a day comes as its midnight in UTC, and the evidence says "day only" or "no zone given".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from typing import Any

from lxml import etree

from scrapers.pages import linked_data, machine_dates
from scrapers.pages.document import words
from scrapers.pages.printed_dates import Beside, Printed, Stated, plain
from scrapers.pages.witness import ANNOUNCED, Context, Witness, answers

Found = tuple[datetime | None, str | None]  # a moment and what says so
Claim = tuple[str, Stated | None]
Asked = Callable[[Context], Iterable[Claim]]

PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "date.published", "publication_date", "publishdate", "publish-date", "pubdate", "publish_date", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "dcterms.issued",
    "date", "article.published", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "originalpublicationdate",
    "rnews:datepublished", "ptime", "displaydate", "article_date_original", "bt:pubdate", "vr:published_time",
    "iso-8601-publish-date",
    "published", "published-date", "publisheddate", "published_date", "publication-date", "article:publish_date",
    "prism.publicationdate", "citation_publication_date", "published_at", "article:post_date", "mediator_published_time",
)  # fmt: skip
MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "article:modified", "datemodified", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "revision_date", "cxenseparse:recs:modifiedtime", "lastmodified",
    "article.updated", "modified", "utime", "iso-8601-modified-date", "article:updated_time",
)  # fmt: skip

PUBLISHED: tuple[Witness[Stated], ...] = (
    Witness("json-ld datePublished", lambda at: _linked("datePublished")(at), "JSON-LD datePublished"),
    Witness("meta", lambda at: _in_meta(at), f"{len(PUBLISHED_META)} meta tags"),
    Witness("itemprop datePublished", lambda at: _in_items(at), "itemprop"),
    Witness(
        "json-ld dateCreated", lambda at: _linked("dateCreated", "uploadDate")(at), "JSON-LD dateCreated, uploadDate"
    ),
    Witness(
        "date beside the headline",
        lambda at: (("date beside the headline", _stated_in(one, at.beside)) for one in at.beside.elements),
        "selector and date elements beside the headline",
    ),
    Witness(
        "line at the headline",
        lambda at: (
            ("line at the headline", _printed(line, at.beside, changed=False, alone=True)) for line in at.beside.lines
        ),
        "lines there that print little else",
    ),
    Witness("time", lambda at: _in_times(at), "a `time` that is the only one"),
    Witness(
        "labelled line behind the text",
        lambda at: (
            ("labelled line behind the text", _printed(line, at.beside, changed=False))
            for line in at.beside.behind
            if PUBLISHED_LABEL.match(line)
        ),
        "a labelled line in the first lines of the text or behind it",
    ),
    Witness(
        ANNOUNCED,
        lambda at: [(ANNOUNCED, (at.link.published, ""))] if at.link and at.link.published else (),
        "the feed or sitemap",
    ),
    Witness(
        "filled meta",
        lambda at: _in_filled_meta(at),
        "a meta tag that does not say which moment it means, where it was written minutes before the visit or the page prints "
        "another day as its own",
    ),
    Witness("address", lambda at: [("address", _in_address(at.document.url))], "the day in the address"),
)
MODIFIED: tuple[Witness[Stated], ...] = (
    Witness("json-ld dateModified", lambda at: _linked("dateModified")(at), "JSON-LD dateModified"),
    Witness("meta", lambda at: _modified_meta(at), f"{len(MODIFIED_META)} meta tags"),
    Witness("itemprop dateModified", lambda at: _modified_items(at), "itemprop"),
    Witness(
        "labelled date at the headline",
        lambda at: _changed_lines(at),
        'dates at the headline behind "updated" in 35 languages',
    ),
    Witness(
        "labelled date behind the text",
        lambda at: (
            ("labelled date behind the text", _printed(line, at.beside, changed=True, alone=True))
            for line in at.beside.behind
        ),
        "such dates in lines of little else in the first lines of the text or behind it",
    ),
)

DIGIT = re.compile(r"\d")
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:\d{4})(?![\d/])")
IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/-]|$)")
# Names that do not say which moment they mean (Dublin Core: "associated with an event in the lifecycle of the resource"): some
# sites fill them with the minute of the answer, or of a draft.
RENDERED = ("date", "dc.date", "dcterms.date", "pubdate", "ptime")
# Where a date lies so shortly before the visit: such a name is then asked last, and so it is where a label prints another day.
JUST_NOW = timedelta(minutes=15)
# A moment behind one of these words is a change's, in 35 languages.
CHANGED = re.compile(
    r"(?:updated?|modified|revised|edited|aktualisiert|geändert|stand|mis(?:e)? à jour|modifié|actuali[sz]ad[oa]|"
    r"modificad[oa]|"
    r"atualizad[oa]|aggiornat[oa]|modificat[oa]|bijgewerkt|gewijzigd|"
    r"обновлен[оа]|изменен[оа]|оновлен[оа]|змінен[оа]|"
    r"(?:z)?aktualiz\w+|zmieniono|upraveno|güncelle\w*|son güncelleme|تحديث|آخر تحديث|به.?روز.?رسانی|ویرایش|"
    r"更新|修改|업데이트|수정|"
    r"actualizat|frissít\w+|módosít\w+|uppdatera\w*|ändrad|opdateret|oppdatert|endret|päivitetty|muokattu|ενημ[εέ]ρ\w+|"
    r"diperbarui|diupdate|cập nhật|अपडेट|আপডেট|עודכן|עדכון|ažuriran\w*|posodobljeno|обновен[оа]|ажурирано|yenilən\w+|yangilan\w+|"
    r"uuendatud|atjaunin\w+|atnaujin\w+|განახლ\w+|թարմացվել)[^\d]{0,25}$",
    re.IGNORECASE,
)
# A line behind the text that begins with one of these states the publication.
PUBLISHED_LABEL: re.Pattern[str] = re.compile(
    r"^\W*(?:first )?(?:published|posted|veröffentlicht|erschienen|publié|paru|publicado|publicada|pubblicato|pubblicata|"
    r"gepubliceerd|geplaatst|"
    r"опубликован[оа]|дата публикации|"
    r"опублікован[оа]|дата публікації|opublikowano|data publikacji|publikováno|vydáno|publikované|"
    r"yayın\w*|تاريخ النشر|نشر|نُشر|تاریخ انتشار|منتشر|发布|發布|公開|掲載|등록|입력|publicat|megjelent|közzétéve|publicera\w+|"
    r"udgivet|offentliggjort|publisert|julkaistu|δημοσι[εέ]\w+|diterbitkan|dipublikasikan|xuất bản|प्रकाशित|প্রকাশ|פורסם|"
    r"objavljeno|објављено|публикувано|avaldatud|publicēts|paskelbta|dərc|e.?lon qilingan|გამოქვეყნ\w+|հրապարակ\w+)",
    re.IGNORECASE,
)
PARTED = re.compile(r"\s*[-–—|·•/(,]")
AROUND = 3  # elements around a `time` in which its label may stand; chosen
BESIDES = 60  # characters of a line besides its dates: a byline and a time of day; sentences have more
EARLIEST = 1990  # the year of the first web page
AHEAD = timedelta(days=2)  # a page may be dated a zone or an embargo ahead of its fetch, not more

HEAD = ("json-ld", "meta")  # how the evidence of what machines write begins
# Of 720 looked-at pages 8 print a day that is weeks earlier than their head says: it is the article's on all. Of 2 with days
# between on 1; of 40 that print a later one on 19.
LONG_BEFORE = timedelta(days=14)
# Between the midnight of a printed day and a moment: less may be the same day elsewhere.
ANOTHER_DAY = timedelta(hours=38)
LEFT_OPEN = ("no zone given", "day only")
CLOCK = re.compile(r"\d{4}.*\d[:.hH]\d\d|\d[:.hH]\d\d.*\d{4}")
HALF_HOUR, WEST, EAST = timedelta(minutes=30), timedelta(hours=-11), timedelta(hours=13)  # how far clocks are from UTC


def read_published(context: Context) -> Found:
    """When the article was published, and what says so."""
    moment, evidence = _first(answers(PUBLISHED, context), context.fetched)
    if moment and evidence and evidence.startswith(HEAD) and (before := _printed_before(moment, context)):
        return before[0], f"{before[1]}, before {evidence}"
    if moment and evidence and moment.utcoffset() == timedelta() and not evidence.endswith(LEFT_OPEN):
        return _placed(moment, evidence, context.beside)
    return moment, evidence


def _printed_before(moment: datetime, context: Context) -> Found | None:
    """The day that the page prints as its own, where it is earlier than what its head says.

    Content systems write the day of the last export, import or relaunch into the head; what people are shown is the author's. A
    later day in print is left to the head: pages print when they were changed without saying so.
    """
    items = dict.fromkeys(stated for _, stated in _in_items(context) if stated)
    claims: list[Claim] = [("itemprop datePublished", stated) for stated in items] if len(items) == 1 else []
    for evidence, stated in (*claims, *_own_in_print(context.beside)):
        if stated and stated[0].year >= EARLIEST:
            earlier = moment - stated[0] > LONG_BEFORE
            return (stated[0], ", ".join(filter(None, (evidence, stated[1])))) if earlier else None
    return None


def _own_in_print(beside: Beside) -> Iterator[Claim]:
    """What a page prints at the headline as its own day: marked as one, behind a label of publication, or first in a line."""
    yield from (("date beside the headline", _stated_in(one, beside)) for one in beside.elements)
    for line in beside.lines:
        if PUBLISHED_LABEL.match(line) or _begins(line, beside):
            yield "line at the headline", _printed(line, beside, changed=False, alone=True)


def _begins(line: str, beside: Beside) -> bool:
    """Does a line begin with a date? One that ends with it may be a picture's caption."""
    return any(one.start == 0 for one in beside.printed(line))


def read_modified(context: Context) -> Found:
    """When it was changed last, and what says so."""
    return _first(answers(MODIFIED, context), context.fetched)


def zone_in_minutes(moment: datetime | None, evidence: str | None) -> int | None:
    """The zone that a page gives a moment in, in minutes from UTC; None where it names none."""
    offset = moment.utcoffset() if moment else None
    if offset is None or (evidence or "").endswith(LEFT_OPEN):
        return None
    return int(offset.total_seconds() // 60)


def order_of(texts: Iterable[str]) -> bool | None:
    """Does the day stand first in a page's slash dates? None: none says, or they part."""
    orders = {
        int(first) > 12
        for text in texts
        if "/" in text  # most have none, and to look for one costs a tenth of the pattern
        for first, second in SLASHED.findall(text)
        if max(int(first), int(second)) > 12
    }
    return orders.pop() if len(orders) == 1 else None


def _linked(*names: str) -> Asked:
    def ask(at: Context) -> Iterator[Claim]:
        said = next((value for name in names if (value := at.document.linked.get(name))), None)
        yield f"json-ld {names[0]}", parse_date(said)

    return ask


def _in_meta(at: Context) -> Iterator[Claim]:
    for name in PUBLISHED_META:
        stated = parse_date(at.document.meta.get(name), at.beside)
        if not _is_filled(name, stated, at):
            yield f"meta {name}", stated


def _in_filled_meta(at: Context) -> Iterator[Claim]:
    for name in filter(RENDERED.__contains__, PUBLISHED_META):
        stated = parse_date(at.document.meta.get(name), at.beside)
        if why := _is_filled(name, stated, at):
            yield f"meta {name}, {why}", stated


def _is_filled(name: str, stated: Stated | None, at: Context) -> str | None:
    """Why a meta tag of a kind that machines fill is not believed before others; None: it is."""
    if name not in RENDERED or stated is None:
        return None
    if timedelta() <= at.fetched - stated[0] < JUST_NOW:
        return "minutes before the visit"
    return "beside another day in print" if _is_printed_else(stated, at.beside) else None


def _is_printed_else(stated: Stated, beside: Beside) -> bool:
    """Does the page print another day as its own?"""
    own = next((said for _, said in _own_in_print(beside) if said), None)
    return own is not None and abs(stated[0] - own[0]) > ANOTHER_DAY


def _in_items(at: Context) -> Iterator[Claim]:
    stated = [one for one in at.document.items if one.get("itemprop") == "datePublished"]
    if at.document.may_hold(b"pubdate"):
        stated += [one for one in at.document.root.iter("time") if one.get("pubdate") is not None and one not in stated]
    for element in stated:
        said = element.get("content") or element.get("datetime") or words(element)
        yield "itemprop datePublished", parse_date(said, at.beside)


def _in_times(at: Context) -> Iterator[Claim]:
    times = [time for time in at.document.root.iter("time") if time.get("datetime")]
    if len({time.get("datetime") for time in times}) == 1 and not any(map(is_of_change, times)):
        yield "time", parse_date(times[0].get("datetime"))


def is_of_change(time: etree._Element) -> bool:
    """Do the words before an element say that what it states is a change ("Last updated: <time>")?"""
    said = words(time)
    before = (words(above).partition(said)[0] for above in islice(time.iterancestors(), AROUND) if said)
    return bool(CHANGED.search(next(filter(None, before), "")))


def _modified_meta(at: Context) -> Iterator[Claim]:
    for name in MODIFIED_META:
        yield f"meta {name}", parse_date(at.document.meta.get(name))


def _modified_items(at: Context) -> Iterator[Claim]:
    changed = [one for one in at.document.items if one.get("itemprop") == "dateModified"]
    within = set(at.held.iterdescendants()) if changed and at.scope.frame is not None else None
    for element in changed:
        if within is not None and element not in within:
            continue
        yield "itemprop dateModified", parse_date(element.get("content") or element.get("datetime"))


def _changed_lines(at: Context) -> Iterator[Claim]:
    for line in (*map(words, at.beside.elements), *at.beside.lines):
        yield "labelled date at the headline", _printed(line, at.beside, changed=True)


def _first(claims: Iterable[Claim], fetched: datetime) -> Found:
    """The first claim with a time of day; else the first day, which a later claim of the same day may make exact.

    A time without a zone takes that of a later claim which names the same minute in one.
    """
    day: tuple[datetime, str] | None = None
    unplaced: tuple[datetime, str] | None = None
    for evidence, stated in claims:
        if stated is None or not stated[0].year >= EARLIEST or stated[0] > fetched + AHEAD:
            continue
        moment, open_ = stated
        if open_ == "day only":
            day = day or (moment, f"{evidence}, day only")
        elif unplaced:
            if open_ == "" and _same_clock(unplaced[0], moment):
                return moment, f"{unplaced[1]}, zone from {evidence}"
        elif day and abs(moment - day[0]) > ANOTHER_DAY:
            continue
        elif open_ == "":
            return moment, evidence
        else:
            unplaced = (moment, evidence)
    if unplaced:
        return unplaced[0], f"{unplaced[1]}, no zone given"
    return day or (None, None)


def _placed(moment: datetime, evidence: str, beside: Beside) -> Found:
    """A moment that a machine wrote in UTC in the zone of the page's own clock, where the page prints that minute in one.

    The day of a report is the day where it was written: "2022-05-04T02:41Z" is 3 May at 22:41 on a page in Bolivia.
    """
    texts = (
        *(one.get("datetime") or words(one) for one in beside.elements),
        *map(words, beside.elements),
        *beside.lines,
    )
    for text in texts:
        if not CLOCK.search(text) or len(text) > BESIDES * 3 or not (stated := parse_date(text, beside)):
            continue
        said, leaves_open = stated
        if leaves_open == "" and said.utcoffset() and said.replace(second=0) == moment.replace(second=0, microsecond=0):
            return moment.astimezone(said.tzinfo), f"{evidence}, zone in print"
        apart = said.replace(second=0, tzinfo=UTC) - moment.replace(second=0, microsecond=0)
        if leaves_open == "no zone given" and apart % HALF_HOUR == timedelta() and WEST <= apart <= EAST and apart:
            return moment.astimezone(timezone(apart)), f"{evidence}, zone by the printed clock"
    return moment, evidence


def _same_clock(printed_at: datetime, moment: datetime) -> bool:
    """Can a clock somewhere have shown this at that moment? Zones part by quarters of an hour, up to 14 hours."""
    apart = abs((printed_at - moment).total_seconds())
    return apart <= 14 * 3600 and apart % 900 == 0 and apart > 0


def _stated_in(element: etree._Element, beside: Beside) -> Stated | None:
    for one in element.iter("time", "span", "div", "p", "abbr", "meta"):
        for name in ("datetime", "data-datetime", "data-date", "data-timestamp", "data-time", "content", "title"):
            if (said := one.get(name)) and (stated := parse_date(said, beside)):
                if one is element or not is_of_change(one):
                    return stated
                break
    return _printed(words(element), beside, changed=False)


def _printed(line: str, beside: Beside, changed: bool, alone: bool = False) -> Stated | None:
    """The first moment in a line that is, or is not, a change's by the words before it.

    ``alone``: only where little else stands in the line: a sentence that names a day is no date of publication.
    """
    text, behind = plain(line), 0
    found = beside.printed(line)
    if alone and len(text) - sum(one.end - one.start for one in found) > BESIDES and not _opens(text, found):
        return None
    for one in found:
        if bool(CHANGED.search(text[behind : one.start])) is changed:
            return one.moment, one.leaves_open
        behind = one.end
    return None


def _opens(text: str, found: list[Printed]) -> bool:
    """Does a date open the line, parted by a sign from what follows ("22/11/2020 - 04:30 - Fonte: Agência Brasil")?"""
    return bool(found) and found[0].start == 0 and bool(PARTED.match(text, found[0].end))


def _in_address(url: str) -> Stated | None:
    """The day that many sites put their articles under ("/2026/05/12/old-pier"): theirs, and no time of day."""
    found = IN_ADDRESS.search(url)
    return machine_dates.machine_date("-".join(found.groups())) if found else None


def parse_date(value: Any, beside: Beside | None = None) -> Stated | None:
    """A moment in a form that machines write, or in words; None for anything else.

    >>> parse_date("2026-01-06T14:16:29+01:00")[0].isoformat()
    '2026-01-06T14:16:29+01:00'
    >>> parse_date("2025-05-04")[1]
    'day only'
    """
    text = linked_data.text(value) if not isinstance(value, int) else str(value)
    if not text or not DIGIT.search(text):
        return None
    text = plain(text)
    if machine_dates.is_one(text):
        return machine_dates.machine_date(text)
    return _printed(text, beside or Beside(), changed=False)
