"""Who wrote it: persons only. What is an agency, a role, a category or an e-mail is left to the sourcing lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from scrapers.pages import bylines, linked_data
from scrapers.pages.document import words
from scrapers.pages.fields import publisher
from scrapers.pages.witness import ANNOUNCED, Context, Witness, answers

Named = tuple[tuple[str, ...], str | None]  # persons, and which claim names them
Claim = tuple[str, Any]  # a name, a byline, or what JSON-LD has: an object, a list

AUTHOR_META = (
    "author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
    "cxenseparse:author", "mediator_author",
)  # fmt: skip
AUTHORS: tuple[Witness[Any], ...] = (
    Witness("selector", lambda at: [("selector", at.given("authors"))]),
    Witness("json-ld author", lambda at: [("json-ld author", at.document.linked.get("author"))], "JSON-LD author"),
    Witness(
        "meta",
        lambda at: ((f"meta {name}", at.document.meta.get(name)) for name in AUTHOR_META),
        f"{len(AUTHOR_META)} author meta tags",
    ),
    Witness("rel=author", lambda at: _linked(at)),
    Witness("byline", bylines.marked, "marked elements and spans, none of a comment"),
    Witness("signed line", bylines.signed, 'short lines around the text that begin with "by" or its like'),
    Witness("author's page", bylines.linked, "links before the text to an author's page"),
    Witness("author's card", bylines.cards, "a name on a line of its own that a line behind the text begins with"),
    Witness("signature", bylines.signatures, "a name that is set apart at the end of the text"),
    Witness("json-ld creator", lambda at: [("json-ld creator", at.document.linked.get("creator"))], "JSON-LD creator"),
    Witness(
        bylines.PREVIEW,
        lambda at: bylines.in_head(at.document.meta),
        "what twitter:label1 or 2 says is the author: the account that wrote it in, who need not have written it",
    ),
    Witness(ANNOUNCED, lambda at: [(ANNOUNCED, at.link.authors if at.link else None)], "the feed"),
)
ALONE = ("signature", "author's card")  # sorts of claims that count where they are a name and nothing else
PAGES = ("rel=author", "author's page")
# They may read one line: together they are one witness.
PRINT = (
    "byline",
    "signed line",
    "signature",
    "author's card",
    *PAGES,
)
HOST_END = re.compile(r"\.(?:com|net|org|info|[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})$", re.IGNORECASE)
LONGEST = 60  # characters of a name
MOST = 60  # names in a claim that are looked at; the longest list of 204 real pages has 3
LONGEST_CLAIM = 2_000  # characters of a claim that are looked at: so many as 60 names have
MOST_WORDS = 5  # of a name; the longest in 204 real pages has 4
ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+\.\w[\w.]*|https?:\S+|www\.\S+|@\w+|\b[\w-]+\.(?:com|net|org|ru|de|fr|co\.uk|eu|info)\b",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"[(\[（［].*?[)\]）］]|[〔〕【】]")  # the last two wrap whole bylines: 〔記者王小明／台北報導〕
# "[田中宏昌，ITmedia]": a byline in brackets as a whole.
WRAPPED = re.compile(r"^\s*[(\[（［][^()\[\]（）［］]+[)\]）］]\s*$")
GLUED_LABEL = re.compile(r"(?<=[a-zà-ÿ])(?=(?:Published|Updated|Posted|Last|View|Follow|Share|Read)\b)")
OF_ITS = re.compile(r"\w['’]s\b")
OWNED = re.compile(r"['’]s?\s*$")  # "Ana Ruiz's profile" is a link, no byline
NOTE = re.compile(r"(?<=[^\W\d]{3})\d{1,2}$")  # a footnote's number, glued to a name
JOINTS = re.compile(
    r"\s*(?:,|;|\||[•●∙⋅▪]|\s·\s|(?<=[가-힣])·|/|／|&|\+|\n|،|؛|、|，)\s*"
    r"|\s+(?:and|und|et|y|e|ed|och|og|en|i|и|та|й|oraz|ve|a|và|и|és|și|ja|dan|και|और|এবং|with|mit|avec|con|com|met|med)\s+(?=[^\W\d_])"
    # "and" is written to the next word; names that begin with the letter stay whole
    r"|(?<=\w\s\w\w\w)\s+و(?!ليد|ائل|سام|جدي|فاء|داد|جيه|سيم|هيب|لاء|ردة|عد|صال|فيق)(?=\w{2,}\s\w)"
    r"|(?<=\w\w)\s+ו(?!רד|יקטור|לדימיר)(?=\w{2,}\s\w)"
)
DASH = re.compile(r"\s+[-–—]\s+|\s+(?:is|ist|est)\s+.*$")
# "Read more by Ana Ruiz", "Ein Kommentar von Ina Kowalski"
# "Posted on May 3, 2026 by Ana Ruiz", "Publié par Ana Ruiz"
POSTED = re.compile(
    r"^\W*(?:[^\W\d].{0,20}\d.{0,40}?|publié|publicado|pubblicato|veröffentlicht|posted|rédigé)\s(?:by|von|par|por|da|door)\s+",
    re.IGNORECASE,
)
TO_NAME = re.compile(
    r"^.{0,60}\b(?:by|par|por|door)\s+|^(?:eine?|das|aus)\s.{0,60}?\b(?:von|berichte[tn])\s+|^\W*[^\W\d][^:：\n]{1,25}[:：]\s*|^[^=＝\n]{1,12}[=＝]",
    re.IGNORECASE,
)
# "Ana Ruiz in Paris", "Ana Ruiz for The Ferry Post", "Ana Ruiz May 3, 2026"; never a first word
BEHIND = re.compile(
    r"\s(?:发自|發自).*$|(?<=\w\w)\s+(?:in|à|em|for|of|für|pour|para)\s+\S.*$"
    r"|\s+[^\W\d]{3,10}\.?\s\d{1,2}(?:[ ,].*)?$|\s+\d.*$",
    re.IGNORECASE,
)
DIGITS = re.compile(r"\d")
PARTICLES = frozenset(
    (
        "de", "del", "della", "di", "da", "das", "do", "dos", "du", "des", "la", "las", "le", "les", "los", "lo", "van", "von",
        "vom", "der", "den", "het", "ten", "ter", "te", "zu", "zum", "zur", "af", "av", "al", "el", "bin",
        "ibn", "bint", "ben", "abu", "y", "e", "i", "und", "st", "e'", "dal", "dei", "degli", "ud", "ul",
        "ur", "san", "mac", "op", "in't", "'t", "v",
    )
)  # fmt: skip
MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|"
    r"juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|"
    r"febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
# "Ana Ruiz October", where a date stood behind the name in an element of its own
MONTH_BEHIND = re.compile(rf"(?<=\w\w)\s+{MONTHS}$", re.IGNORECASE)
PEN_NAME = re.compile(r"[^\W_][\w'’-]*(?: [^\W\d_][\w'’-]+)?")
MONTH = re.compile(MONTHS, re.IGNORECASE)
POSTED_BY = re.compile(r"^\W*(?:by|von|par|por|di|door|av|af|от|від)\s+", re.IGNORECASE)
GLUED_BY = re.compile(r"^(?:by|By|BY|Von|Par|Por)(?=[A-ZÀ-ÞА-Я][.a-zà-þ])")
# Scripts whose names have no space inside: Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")
UNSPACED_BODY = re.compile(
    r"(?:社|网|網|报|報|台|新聞|新闻|部|局|中心|組|组|通信|通讯|報導|报道|報道|電|뉴스|신문|일보|방송|통신|데스크|국제부|팀|취재반)$|กอง|บรรณาธิการ|^[\d年月日\s]+$"
)


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parent / "authors.toml").read_text("utf-8"))

    def listed(kind: str) -> str:
        return "(?:" + "|".join(sorted((re.escape(word) for word in data[kind]), key=len, reverse=True)) + ")"

    return {
        "openings": re.compile(r"^\W*" + listed("openings") + r"(?:\s*[:：/／・●■◆]\s*|\s+)", re.IGNORECASE),
        "glued": re.compile(r"^(?:\S{0,6}(?:记者|記者)(?=\s*\w)|" + listed("glued_openings") + r")\s*"),
        "closings": re.compile(r"\s*" + listed("closings") + "$", re.IGNORECASE),
        "stops": re.compile(r"(?<!\w)" + listed("stops") + r"(?!\w).*", re.IGNORECASE | re.DOTALL),
        "bodies": re.compile(r"(?<!\w)" + listed("bodies") + r"(?!\w)", re.IGNORECASE),
        "acronyms": re.compile(listed("acronyms"), re.IGNORECASE),
        "no_names": re.compile(r"(?<!\w)" + listed("no_names") + r"(?!\w)", re.IGNORECASE),
        "places": re.compile(listed("places"), re.IGNORECASE),
    }


def _linked(at: Context) -> Iterator[Claim]:
    whole = at.scope.frame is None
    among = at.document.related if whole else at.held.iter("a")
    links = [link for link in among if link.get("rel") == "author"]
    yield (
        "rel=author",
        [words(link) for link in links if link.getparent() is links[0].getparent()],
    )  # teasers have them too


def read_authors_of(context: Context) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    """The persons, the organisations named among them, and which witness names the persons."""
    claims = list(answers(AUTHORS, context))
    sites = (*context.sites, publisher.firm(context.document))
    persons, evidence = read_authors(claims, sites)
    return persons, bodies_among(claims, sites), evidence


def read_authors(claims: Iterable[tuple[str, Any]], sites: Iterable[str | None]) -> Named:
    """The persons of the first claim that names one, in its order, and which claim that is. ``sites``: names of the site.

    Where the first claim stands alone and two others of other sorts agree on a person, these are believed: content systems put
    whoever uploaded a text into the head, or the firm that owns the paper. Where nobody is named as persons are, a pen name
    counts that the page declares its author's.
    """
    own, claims = _own(sites), list(claims)
    found: list[tuple[str, tuple[str, ...]]] = []
    for evidence, claim in claims:
        named = tuple(dict.fromkeys(name for said in islice(_names(claim), MOST) for name in persons(said, own)))
        if named and (evidence not in ALONE or named == (" ".join(str(claim).split()).strip(" .,|–—-"),)):
            found.append((evidence, named))
    if not found:
        return _pen_name(claims, own)
    first = {_folded(name) for name in found[0][1]}
    seen: dict[str, set[str]] = {}
    for evidence, named in found:
        for name in named:
            seen.setdefault(_folded(name), set()).add(_sort(evidence))
    if any(len(seen[name]) > 1 for name in first) or found[0][0] == "selector":
        return _completed(*found[0], found)
    agreed = (one for one in found if any(len(seen[_folded(name)]) > 1 for name in one[1]))
    return _completed(*next(agreed, found[0]), found)


def _sort(evidence: str) -> str:
    """What is one witness: who reads the same line in print, and what a content system writes twice of its account."""
    return "print" if evidence in PRINT else "json-ld" if evidence == bylines.PREVIEW else evidence.partition(" ")[0]


def _completed(evidence: str, named: tuple[str, ...], found: Iterable[tuple[str, tuple[str, ...]]]) -> Named:
    """What is named, or a line in print that names the same persons and others: the head often has the first one alone."""
    own = {_folded(name) for name in named}
    for where, others in found:
        if (
            where in ("signed line", "rel=author")
            and evidence != "selector"
            and own < {_folded(name) for name in others}
        ):
            return others, where
    return named, evidence


def _pen_name(claims: Iterable[tuple[str, Any]], own: frozenset[str]) -> Named:
    """What a page signs with that is not spelt as persons are ("gnaddrig", "Fatima", "Cindy mangomini").

    It counts where a link to the author's page says it, or where head and print agree on it: in print alone, or in
    the head alone, one word is a column, a user or a body far more often.
    """
    seen: dict[str, dict[str, tuple[str, str]]] = {}
    for evidence, claim in claims:
        sort = "page" if evidence in PAGES else "print" if evidence in PRINT else "head"
        for said in islice(_names(claim), MOST) if evidence not in ALONE else ():
            for line in said.split("\n"):
                if is_pen_name(name := _name(" ".join(line.split())), own):
                    seen.setdefault(_folded(name), {}).setdefault(sort, (name, evidence))
    for by in seen.values():
        if "page" in by or {"head", "print"} <= by.keys():
            name, evidence = by.get("page") or by["print"]
            if " " not in name or name[:1].isupper():
                return (name,), evidence
    return (), None


def is_pen_name(name: str, own: frozenset[str]) -> bool:
    """Can this be what somebody signs with? One word, or two of which one is spelt as a name."""
    words, folded = name.split(), _folded(name)
    if not 3 <= len(name) <= LONGEST or len(words) > 2 or name.isupper() or not any(map(str.isalpha, name)):
        return False
    if PEN_NAME.fullmatch(name) is None or _is_site(folded, own) or any(folded in site for site in own):
        return False
    known = _words()["acronyms"]
    return not (_is_named(name, words) or MONTH.fullmatch(name) or any(map(known.fullmatch, words)))


def _own(sites: Iterable[str | None]) -> frozenset[str]:
    """Names of the site as they are compared, a host's also without its end."""
    names = [name for name in sites if name]
    return frozenset(
        _folded(one) for name in names for one in (name, HOST_END.sub("", name) if name != names[0] else name)
    )


def organisations(claim: Any) -> tuple[str, ...]:
    """Names in a JSON-LD author that are no persons: an agency declares its copy there."""
    return tuple(
        dict.fromkeys(said for said in islice(_names(claim, bodies=True), MOST) if not any(persons(said, frozenset())))
    )


def bodies_among(claims: Iterable[tuple[str, Any]], sites: Iterable[str | None]) -> tuple[str, ...]:
    """Organisations that the page names where it names its authors, the site itself too; without those of lines that have none.

    Only what says by its type or by our lists that it is a body: a name that is neither that nor a person's is left out.
    """
    own = _own(sites)
    found: list[str] = []
    for evidence, claim in claims:
        for said in islice(_names(claim, bodies=True), MOST):
            line = POSTED_BY.sub("", " ".join(ADDRESS.sub(" ", said).split())).strip(" -–—|,")
            if len(line) <= LONGEST and not any(persons(line, own)) and _is_body(line, claim, own):
                found.append(line)
        if found and evidence != "json-ld author":
            break
    return tuple(dict.fromkeys(found))


def _is_body(line: str, claim: Any, own: frozenset[str]) -> bool:
    listed = claim if isinstance(claim, (list, tuple)) else [claim]
    typed = any(
        isinstance(one, dict)
        and one.get("name") == line
        and any(kind.endswith("Organization") for kind in linked_data.types(one))
        for one in listed
    )
    known = _words()
    return typed or (_folded(line) in own) or bool(known["bodies"].search(line) or known["acronyms"].fullmatch(line))


def _names(claim: Any, bodies: bool = False) -> Iterator[str]:
    """Every name in a claim: a string, an object, or lists of both."""
    if isinstance(claim, str):
        yield (linked_data.plain(claim) if "\n" not in claim else claim)[:LONGEST_CLAIM]
    elif isinstance(claim, dict):
        if bodies or not any(kind.endswith("Organization") for kind in linked_data.types(claim)):
            yield from _names(claim.get("name") or claim.get("byline"), bodies)
    elif isinstance(claim, (list, tuple)):
        for one in claim:
            yield from _names(one, bodies)


@lru_cache(maxsize=256)  # what names the persons is asked for the bodies among them as well
def persons(said: str, own: frozenset[str]) -> tuple[str, ...]:
    """The persons that a byline names.

    >>> persons("By Ana Ruiz and Tom Lee, Reuters", frozenset())
    ('Ana Ruiz', 'Tom Lee')
    """
    said = " ".join(ADDRESS.sub(" ", said).split()) if "\n" not in said else ADDRESS.sub(" ", said)
    said = POSTED.sub("", (BRACKETS.sub(" ", said) if not WRAPPED.match(said) else said.strip()[1:-1]).strip())
    said = GLUED_LABEL.sub("\n", said)
    if _words()["bodies"].fullmatch(said):
        return ()
    found: list[str] = []
    for part in JOINTS.split(_words()["stops"].sub("", said)):
        name = next((one for piece in DASH.split(part or "") if is_person(one := _name(piece), own)), "")
        if name and not (
            found and " " in found[0] and " " not in name and not UNSPACED.search(name)
        ):  # "Ana Ruiz, Berlin"
            found.append(name)
    return tuple(found)


@lru_cache(maxsize=256)  # a page names its authors in its head, its byline and its links
def _name(part: str) -> str:
    """A part of a byline without what stands around the name."""
    listed = _words()
    for _ in range(2):
        part = listed["glued"].sub("", listed["openings"].sub("", TO_NAME.sub("", part)).strip())
    part = listed["closings"].sub("", BEHIND.sub("", GLUED_BY.sub("", part)))
    if len(part.split()) > 2:
        part = MONTH_BEHIND.sub("", part)
    if (
        (role := listed["no_names"].search(part))
        and 2 <= len(part[: role.start()].split()) <= MOST_WORDS
        and not OWNED.search(part[: role.start()])
    ):
        part = part[: role.start()]  # "Ana Ruiz Senior Politics Editor"
    name = NOTE.sub("", " ".join(part.split()).strip(" .:-–—,*'\"|"))
    short = name.endswith((" Jr", " Sr")) or name[-2:-1] == " "  # "Juan Muñoz C.": an initial keeps its stop
    return name + "." if short and f"{name}." in " ".join(part.split()) else name


def is_person(name: str, own: frozenset[str]) -> bool:
    """Can this be a person's name? Errs towards no: an agency that counts as a person hides a source."""
    words = name.split()
    if len(words) > MOST_WORDS or DIGITS.search(name) or _is_site(_folded(name), own) or _is_part_of_site(words, own):
        return False
    if OF_ITS.search(name) or "#" in name:
        return False
    if not 3 <= len(name) <= LONGEST and not (len(name) == 2 and UNSPACED.search(name)):
        return False
    if UNSPACED.search(name):
        return not UNSPACED_BODY.search(name) and not _is_named(name, words)
    # One word is a user, a column or an agency that no list has, far more often than a person.
    is_name = len(words) > 1 and words[0].lower() != "the" and _is_spelt_like_one(words)
    return is_name and not _is_named(name, words)


def _is_spelt_like_one(words: list[str]) -> bool:
    """Does each word begin as names do? Where a script has capitals, what is small in a name is a particle ("van", "de la").

    "in Gefühle", "Zeige alle Artikel", "When I upgrade" are labels and headings.
    """
    if not all(any(map(str.isalnum, word)) for word in words):  # "More by Ana →"
        return False
    cased = [word for word in words if word[:1].lower() != word[:1].upper() or not word[:1].isalpha()]
    small = [word for word in cased if word[:1].islower() and word.casefold().rstrip(".") not in PARTICLES]
    prefixed = all(any(map(str.isupper, word[1:])) for word in small)  # "d'Arc", "al-Masri", "deBoer"
    ends = not words[-1][:1].islower() or words[-1] not in PARTICLES  # "Über den": cut off before its noun
    return prefixed and ends and any(not word[:1].islower() for word in words)


def _is_named(name: str, words: list[str]) -> bool:
    """Do our lists know it as a body, a role or a place? ANI is an agency, Ani a given name."""
    known = _words()
    if known["bodies"].search(name) or known["no_names"].search(name) or known["places"].fullmatch(name):
        return True
    capitals = name.isupper() and len(words) > 1
    return any(known["acronyms"].fullmatch(word) and not word.istitle() and not capitals for word in words)


def _is_site(folded: str, own: frozenset[str]) -> bool:
    return any(site and (site == folded or (len(site) > 5 and site in folded)) for site in own)


def _is_part_of_site(words: list[str], own: frozenset[str]) -> bool:
    """Is a word in capitals what the site's host begins with ("MDR Thüringen" on mdr.de)?"""
    return any(
        word.isupper() and len(word) > 2 and site.startswith(_folded(word)) and len(site) - len(word) < 4
        for word in words
        for site in own
    )


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
