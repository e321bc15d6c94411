"""Moments as papers print them, in words and digits of many languages: "24 novembre 2026 à 14h30", "۴ آذر ۱۴۰۵ - ۱۴:۳۰".

Month names are CLDR's (babel). Where two orders are possible ("05/11/2026" under lang="en") nothing is read. A lunar Hijri day
counts where the line names no other, by the Umm al-Qura calendar: elsewhere months begin by the sight of the moon, a day apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from lxml import etree

LONGEST = 200  # characters of a line that holds a date; a date stands in the first or last words of it
MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0654\ufeff]")
# Locales of one language whose month names differ: the Arabic of the Levant and of the Maghreb, Dari, Latin Serbian.
MORE = {
    "de": ("de", "de_AT"), "es": ("es", "es_MX"), "fr": ("fr", "fr_CA"), "pt": ("pt", "pt_PT"),
    "ar": ("ar", "ar_LB", "ar_DZ", "ar_MA"), "fa": ("fa", "fa_AF"), "sr": ("sr", "sr_Latn"), "no": ("nb", "nn"), "tl": ("fil",),
    "zh": ("zh",), "uz": ("uz", "uz_Cyrl"), "az": ("az", "az_Cyrl"), "bs": ("bs", "bs_Cyrl"),
}  # fmt: skip
SPELT = {
    "en": {"sept": 9}, "es": {"setiembre": 9, "set": 9, "sept": 9, "ene": 1, "abr": 4, "ago": 8, "dic": 12},
    "pt": {"março": 3}, "de": {"mrz": 3, "jän": 1, "jänner": 1, "feber": 2}, "fr": {"aout": 8, "fevrier": 2, "decembre": 12},
    "tr": {"ağu": 8}, "fa": {"ژانویه": 1, "فوریه": 2, "مه": 5, "ژوئن": 6, "ژوئیه": 7, "جولای": 7, "اوت": 8, "آگوست": 8},
    "bn": {"জানুয়ারি": 1, "ফেব্রুয়ারি": 2}, "id": {"agu": 8, "agt": 8}, "ur": {"جنوری": 1},
}  # fmt: skip
# The months of the Solar Hijri calendar as Iran, Afghanistan (Dari) and Pashto speakers call them.
JALALI = [
    "فروردین حمل وری", "اردیبهشت ثور غویی", "خرداد جوزا غبرگولی", "تیر سرطان چنگاښ", "مرداد اسد زمری", "شهریور سنبله وږی",
    "مهر میزان تله", "آبان عقرب لړم", "آذر قوس لیندۍ", "دی جدی مرغومی", "بهمن دلو سلواغه", "اسفند حوت کب",
]  # fmt: skip
LUNAR = [
    "محرم", "صفر", "ربیع الأول|ربیع الاول", "ربیع الآخر|ربیع الثانی|ربیع الاخر", "جمادى الأولى|جمادى الاولى|جمادی الاول",
    "جمادى الآخرة|جمادى الثانیة|جمادى الاخرة", "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة|ذی القعدة|ذوالقعدة",
    "ذو الحجة|ذی الحجة|ذوالحجة",
]  # fmt: skip
SOLAR = ("fa", "ps", "ckb", "tg")
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
DIGIT = re.compile(r"\d")  # most lines of a page hold none
# A year of two digits stands behind the same sign as the month: "9.8 /10" is the mark of a test.
DIGITS = re.compile(r"(?<![\d.,:/-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?(?:[./-]\s?(\d{4})|\2\s?(\d{2}))(?![\d:])")
EAST = re.compile(r"(?<!\d)(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?")
VIETNAM = re.compile(r"(?<!\d)(\d{1,2})\s*tháng\s*(\d{1,2})\s*(?:,|năm|/|-)?\s*(\d{4})(?!\d)", re.IGNORECASE)
MONGOLIA = re.compile(r"(?<!\d)(\d{4})\s*оны\s*(\d{1,2})(?:-р|\s*дугаар|\s*дүгээр)?\s*сарын\s*(\d{1,2})")
MINGUO = re.compile(r"民國\s*(\d{2,3})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")  # Taiwan's year 1 is 1912
HIJRI = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(LUNAR)})\s*[,،]?\s*(1[34]\d\d|1500)(?!\d)")
REIWA = re.compile(r"令和\s*(\d{1,2}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
LINK = r"(?:\s*(?:de|del|di|of|da|dal|ta'|i|e|[.,،/’'-])\s*|\s+)"
ERA = r"(?:(?:ค\.ศ\.|พ\.ศ\.|พุทธศักราช)\s*)?"  # Thai: of the Christian year, of the Buddhist one
TIME = re.compile(
    r"(?<![\d./-])(?:(?P<before>上午|下午|晚上|傍晚|凌晨|清晨|早上|午前|午後|오전|오후|am|pm)\s*)?(?P<hour>[01]?\d|2[0-3])"
    r"(?:\s?(?:[:.٫]|h(?:eures?)?|u|時|时|시|点|點)\s?(?P<minute>[0-5]\d)(?:[:.][0-5]\d)?(?:\s?(?:分|분|h\b))?\s*"
    r"(?P<after>[ap]\.?\s?m\b\.?|π\.?μ|μ\.?μ|صباح\w*|مساء\w*|صبح|عصر|ب\.ظ|ق\.ظ|ص|م(?!\w)|(?:SA|CH)\b)?"
    r"|\s*(?P<only>[ap]\.?\s?m\b\.?)|\s?(?P<whole>uhr|h\b|時|시|ч\.|點|点))(?!\d)",
    re.IGNORECASE,
)
LATE = re.compile(r"^(?:下午|晚上|傍晚|午後|오후|p|μ|م|عصر|ب|ch)", re.IGNORECASE)
EARLY = re.compile(r"^(?:上午|凌晨|清晨|早上|午前|오전|a|π|ص|ق|sa)", re.IGNORECASE)
OFFSET = re.compile(r"^[\s(,]*(?:UTC|GMT|Z)?\s*([+\u2212-])\s?(\d{1,2})(?::?(\d{2}))?(?!\d)")
ZONE = re.compile(r"^[\s(,]*([A-ZА-Я]{1,5})\b")
# Names that papers print, in minutes from UTC. IST is India's where the language is not Hebrew or Irish: so it is on nearly all
# pages that print it. "ET" and "PT" stand for whatever is in force.
ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "HNEC": 60, "WAT": 60,
    "CEST": 120, "MESZ": 120, "EET": 120, "CAT": 120, "SAST": 120, "EEST": 180, "MSK": 180, "МСК": 180, "EAT": 180,
    "TRT": 180, "PKT": 300, "IST": 330, "NPT": 345, "WIB": 420, "ICT": 420, "WITA": 480, "HKT": 480, "SGT": 480,
    "MYT": 480, "PHT": 480, "AWST": 480, "WIT": 540, "JST": 540, "KST": 540, "ACST": 570, "AEST": 600, "AEDT": 660,
    "NZST": 720, "NZDT": 780, "EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "AKST": -540, "HST": -600, "BRT": -180, "ART": -180,
}  # fmt: skip
IN_FORCE = {"ET": "America/New_York", "PT": "America/Los_Angeles"}
BEHIND = 40  # characters after a date in which its time of day stands
NOT_INDIA = ("he", "ga")

Stated = tuple[
    datetime, str
]  # the moment in the zone it is given in, and what it leaves open: "", "no zone given", "day only"


@dataclass(frozen=True, slots=True)
class Printed:
    """A moment that a line states, and where in it: ``text[start:end]`` of the normalised line is its day."""

    moment: datetime
    leaves_open: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What of a page may print its date, and what is known of how it writes one."""

    elements: tuple[etree._Element, ...] = ()  # marked as dates, beside the headline, the nearest first
    lines: tuple[str, ...] = ()  # short lines between headline and text and just around them
    behind: tuple[str, ...] = ()  # short lines behind the text: they count with a label
    language: str | None = None
    region: str | None = None  # "GB" in lang="en-GB"
    day_first: bool | None = None  # the order of the page's slash dates. None: none of them says

    def printed(self, text: str) -> list[Printed]:
        """The moments in a line of this page."""
        return [] if DIGIT.search(text) is None else printed(text, self.language, self.region, self.day_first)


def plain(text: str) -> str:
    """Digits of every script as ASCII, without marks of direction, white space collapsed.

    >>> plain("۲۴ نوامبر ۲۰۲۶")
    '24 نوامبر 2026'
    """
    text = MARKS.sub("", text.replace("ي", "ی").replace("ك", "ک").replace("ګ", "گ"))
    return " ".join("".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text).split())


def printed(text: str, language: str | None, region: str | None = None, day_first: bool | None = None) -> list[Printed]:
    """The moments that a line states, in its order.

    ``language``, ``region``: of the page ("en", "GB"). ``day_first``: the order of slash dates where it is known. A line without
    day, month and year states none.
    """
    line = plain(text[:LONGEST])
    found: list[Printed] = []
    days = [*_days(line, language, region, day_first)] or [*_lunar(line)]
    for start, end, day in sorted(days, key=lambda one: (one[0], -one[1])):
        if found and start < found[-1].end:
            continue
        moment, leaves_open = _timed(line, start, end, day, language)
        found.append(Printed(moment, leaves_open, start, end))
    return found


def _days(
    line: str, language: str | None, region: str | None, day_first: bool | None
) -> Iterator[tuple[int, int, date]]:
    for match in REIWA.finditer(line):
        year = 2018 + (1 if match[1] == "元" else int(match[1]))
        yield from _made(match, year, int(match[2]), int(match[3]))
    for match in EAST.finditer(line):
        yield from _made(match, int(match[1]), int(match[2]), int(match[3]))
    for match in MINGUO.finditer(line):
        yield from _made(match, 1911 + int(match[1]), int(match[2]), int(match[3]))
    for match in MONGOLIA.finditer(line):
        yield from _made(match, int(match[1]), int(match[2]), int(match[3]))
    for match in VIETNAM.finditer(line):
        yield from _made(match, int(match[3]), int(match[2]), int(match[1]))
    for match in YEAR_FIRST.finditer(line):
        yield from _made(match, int(match[1]), int(match[2]), int(match[3]), language)
    for match in DIGITS.finditer(line):
        first, second = int(match[1]), int(match[3])
        dots = match[2] == "."
        order = True if dots or first > 12 else False if second > 12 else _order(language, region, day_first)
        year = int(match[4]) if match[4] else 2000 + int(match[5])
        if first == second:
            order = True
        if order is not None and (match[4] or (dots and first <= 31)):
            yield from _made(match, year, *((second, first) if order else (first, second)), language)
    for pattern, months, solar in _patterns(language):
        for match in pattern.finditer(line):
            said = match.groupdict()
            name = next(said[key] for key in ("m1", "m2", "m3", "m4") if said[key])
            number = next(int(said[key]) for key in ("d1", "d2", "d3", "d4") if said[key])
            year = next(int(said[key]) for key in ("y1", "y2", "y3", "y4") if said[key])
            month = months[_folded(name)]
            if language == "th" and year < 100:  # "12 พ.ค. 69": of the Buddhist year 2569
                year += 2500
            yield from _made(match, year, month, number, language=language, solar=solar)


def _lunar(line: str) -> Iterator[tuple[int, int, date]]:
    """Days of the lunar Hijri calendar that a line names."""
    for match in HIJRI.finditer(line):
        from hijridate import Hijri  # rare

        month = next(n for n, names in enumerate(LUNAR, 1) if match[2] in names.split("|"))
        try:
            day = Hijri(int(match[3]), month, int(match[1])).to_gregorian()
        except (ValueError, OverflowError):
            continue
        yield match.start(), match.end(), date(day.year, day.month, day.day)


def _order(language: str | None, region: str | None, day_first: bool | None) -> bool | None:
    """Does the day stand first in slash dates? None: not known. English alone has both orders."""
    if day_first is not None:
        return day_first
    if language == "en":
        return None if region is None else region not in ("US", "PH")
    return None if language is None else True


def _made(
    match: re.Match[str], year: int, month: int, day: int, language: str | None = None, solar: bool = False
) -> Iterator[tuple[int, int, date]]:
    if 2400 < year < 2700 and language in ("th", "lo"):  # the Buddhist year
        year -= 543
    try:
        if solar or (1300 < year < 1500 and language in SOLAR):
            yield match.start(), match.end(), from_jalali(year, month, day)
        else:
            yield match.start(), match.end(), date(year, month, day)
    except ValueError:
        return


def from_jalali(year: int, month: int, day: int) -> date:
    """A day of the Solar Hijri calendar, by the 33-year cycle, which holds from 1244 to 1473 (1865 to 2094).

    >>> from_jalali(1405, 9, 4)
    datetime.date(2026, 11, 25)
    """
    if not (1300 <= year <= 1473 and 1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError(f"no day of the Solar Hijri calendar: {year}-{month}-{day}")
    cycles, rest = divmod(year - 1309, 33)  # 1309, 1342, 1375, 1408 begin a cycle; leap years are its 1st, 5th, …, 29th
    leaps = 8 * cycles + min(8, (rest + 3) // 4)
    first = date(1930, 3, 21) - timedelta(days=365)  # 1 Farvardin 1308 is 21 March 1929
    begin = first + timedelta(days=365 * (year - 1308) + leaps)
    return begin + timedelta(days=31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)) + timedelta(days=day - 1)


def _timed(line: str, start: int, end: int, day: date, language: str | None) -> Stated:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    behind = line[end : end + BEHIND]
    time = TIME.search(behind)
    rest = behind[time.end() :] if time else ""
    if time is None and (before := list(TIME.finditer(line[:start]))):
        time = before[-1]
        rest = line[time.end() : start]
    if time is None:
        return midnight, "day only"
    hour, minute = int(time["hour"]), int(time["minute"] or 0)
    half = time["before"] or time["after"] or time["only"] or ""
    if LATE.match(half) and hour < 12:
        hour += 12
    elif EARLY.match(half) and hour == 12:
        hour = 0
    moment = midnight.replace(hour=hour, minute=minute)
    zone = zone_of(rest, moment, language)
    return (moment, "no zone given") if zone is None else (moment.replace(tzinfo=timezone(zone)), "")


def zone_of(text: str, moment: datetime, language: str | None = None) -> timedelta | None:
    """The zone that a text begins with, as its distance from UTC: "CET", "UTC+03:00", "(IST)"; None: it names none.

    >>> zone_of(" EST, by our staff", datetime(2026, 11, 24, tzinfo=UTC))
    datetime.timedelta(days=-1, seconds=68400)
    """
    if offset := OFFSET.match(text):
        minutes = 60 * int(offset[2]) + int(offset[3] or 0)
        return timedelta(minutes=minutes if offset[1] == "+" else -minutes) if minutes <= 14 * 60 else None
    found = ZONE.match(text)
    if found is None or (found[1] == "IST" and language in NOT_INDIA):
        return None
    if place := IN_FORCE.get(found[1]):
        return moment.replace(tzinfo=ZoneInfo(place)).utcoffset()
    minutes_of = ZONES.get(found[1])
    return None if minutes_of is None else timedelta(minutes=minutes_of)


def _folded(name: str) -> str:
    return name.lower().rstrip(".")  # casefold makes three letters of the ΐ in Μαΐου


@cache
def _patterns(language: str | None) -> tuple[tuple[re.Pattern[str], dict[str, int], bool], ...]:
    """Day, month and year in the orders of the world, with the months of a language and of English."""
    tables = [_months(code) for code in dict.fromkeys((language or "en", "en"))]
    years = r"\d{4}|\d{2}" if language == "th" else r"\d{4}"
    made = [(_pattern(months, years), months, False) for months in tables if months]
    if language in SOLAR:
        solar = {_folded(plain(name)): n for n, names in enumerate(JALALI, 1) for name in names.split()}
        made.append((_pattern(solar, years), solar, True))
    return tuple(made)


def _pattern(months: dict[str, int], years: str) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    year = r"(?:[\s-]?(?:г|год|року|р|m|gada|év|թ|ж|жылғы|жылы|yil|yili|il|оны|(?:\(e\))?ko)(?!\w)\.?)?"
    second = rf"(?:\s?/\s?(?:{names}))?"  # "أيار / مايو": the Levant's name and the Maghreb's
    return re.compile(
        rf"(?<!\d)(?P<d1>\d{{1,2}})(?:\s?(?:st|nd|rd|th|er|ère|º|°|ª|\.|-(?:го|ე)))?{LINK}?[בה]?(?P<m1>{names})(?!\w)\.?{second}"
        rf"(?:{LINK}|\s*(?:th\.)?\s*){ERA}(?P<y1>{years})(?!\d|:)"
        rf"|(?<!\w)(?P<m2>{names})(?!\w)\.?\s*(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s*[,،]\s*|\s+)(?:de\s)?(?P<y2>\d{{4}})(?!\d)"
        rf"|(?<!\d)(?P<y3>\d{{4}})[.,]?{year}[.,]?\s*(?:د\s)?(?P<m3>{names})(?!\w)\.?\s*(?P<d3>\d{{1,2}})(?!\d)"
        rf"|(?<!\d)(?P<y4>\d{{4}})\.?{year},?\s?(?P<d4>\d{{1,2}})[.\s-]\s?(?P<m4>{names})(?!\w)",
        re.IGNORECASE,
    )


@cache
def _months(language: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in MORE.get(language, (language,)):
        try:
            locale = Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, word in locale.months[context][width].items():
                    word = _folded(plain(word))
                    if (
                        (len(word) > 1 or not word.isascii())
                        and not word.isdigit()
                        and not re.fullmatch(r"m?\d+.*", word)
                    ):
                        found.setdefault(word, number)
    if language == "eu":  # "maiatzaren 12": of May the twelfth
        found |= {f"{word}ren": number for word, number in found.items()}
    return {**found, **{_folded(plain(word)): n for word, n in SPELT.get(language, {}).items()}}
