"""What one article rests on: the table of docs/two-sources.md, as rows. The first that fits an article is the one that counts.

A wrong "two independent sources" is the worst mistake, so a source is sure only where something printed shows the work, and
possible wherever it may have been done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from aggregator.credit.prose import is_prose
from aggregator.origins.digest import item
from aggregator.origins.report import MEDIA, Report, words_of
from storage.spelling import fold
from storage.types import Article, Credit

RULES = 10
"""Raised with every change that counts otherwise, here or in the modules beside: stories of an older number are counted anew."""
SILENT = ("opinion", "satire", "obituary")
PAID = "AdvertiserContentArticle"  # schema.org's type of what somebody paid for: advertorials, sponsored content
JOINT, POOL, UNNAMED, NAME = "joint", "pool", "unnamed:", "name:"  # keys of origins that have no id


@dataclass(frozen=True, slots=True)
class Attribution:
    """One article rests on one origin; it is a source for sure (least 1), perhaps (0 to 1), or not (0 to 0)."""

    key: str
    why: str
    least: int = 1
    most: int | None = 1  # None: not known
    through: tuple[str, ...] = ()  # names that stand between the article and the origin
    basis: tuple[str, ...] = ()  # what the origin itself rests on: a statement
    withdrawn: str | None = None  # words that took it back


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What a rule may ask beyond the article itself."""

    names: Mapping[str, str]  # of outlets and organisations by id
    statements: int = 0  # reports of the story that rest on a statement and show no work
    vocabulary: frozenset[str] = frozenset()  # words of the story's other articles, for a digest
    partners: Mapping[str, str] = field(
        default_factory=dict
    )  # outlets that another report names as partners -> its words

    def name(self, key: str) -> str:
        """A name to print."""
        return self.names.get(key, key.removeprefix(NAME))


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table."""

    article: str  # what the article is like
    counts: str  # in words
    example: str
    fits: Callable[[Report, RuleContext], bool]
    says: Callable[[Report, RuleContext], list[Attribution]]


def attributions(report: Report, context: RuleContext) -> list[Attribution]:
    """What an article rests on, by the first rule that fits it. Never empty."""
    rule = next(rule for rule in TABLE if rule.fits(report, context))
    return rule.says(report, context)


def quote(why: str, words: str) -> str:
    """A reason with the words that say so, whole: who is shown less cuts it himself."""
    return f"{why}: “{' '.join(words.split())}”"


# ---------------------------------------------------------------------------------------------------- the rows


def _decided(report: Report, context: RuleContext) -> list[Attribution]:
    """What a person said stands above what the page shows; a statement stays one that anybody could read."""
    said, outlet = report.decided[0], report.article.outlet
    named = _named(said, context)
    if said.role in ("official", "social"):
        return [Attribution(outlet, f"rests on a statement of {named}, as {said.words}", 0, basis=(named,))]
    whose = "is its own work" if said.role == "publisher" else f"is the text of {named}"
    return [Attribution(_key(said), f"{whose}, as {said.words}")]


def _silent(report: Report, context: RuleContext) -> list[Attribution]:
    assert report.kind is not None
    return [Attribution(report.article.outlet, quote(f"is {_a(report.kind.name)}", report.kind.words), 0, 0)]


def _a(kind: str) -> str:
    return {"opinion": "an opinion", "satire": "satire", "obituary": "an obituary"}[kind]


def _paid(report: Report, context: RuleContext) -> list[Attribution]:
    return [Attribution(report.article.outlet, quote("was paid for by somebody else, as its page says", PAID), 0, 0)]


def _notice(report: Report, context: RuleContext) -> list[Attribution]:
    return [
        Attribution(
            report.article.outlet, quote("says that a report was withdrawn", words_of(report.withdrawn[0])), 0, 0
        )
    ]


def _digest(report: Report, context: RuleContext) -> list[Attribution]:
    outlet = report.article.outlet
    paragraph = item(report.article, context.vocabulary)
    if paragraph is None:
        return [Attribution(outlet, "is a digest", 0)]
    whose = [credit for credit in report.items if paragraph.startswith(credit.words)]
    if not whose:
        return [Attribution(outlet, quote("is a digest with one item of this", paragraph), 0)]
    why = "is a digest, and its item of this credits "
    found = [_credited(report.article, credit, n, context) for n, credit in enumerate(whose)]
    return [
        replace(one, why=quote(why + _named(credit, context), paragraph))
        for credit, one in zip(whose, found, strict=True)
    ]


def _statement(report: Report, context: RuleContext) -> list[Attribution]:
    words = words_of(report.official[0]) if report.official else report.kind.words if report.kind else ""
    return [Attribution(report.article.outlet, quote("is a statement, and no report of it", words), 0)]


def _joint(report: Report, context: RuleContext) -> list[Attribution]:
    words = words_of(report.joint[0]) if report.joint else context.partners[report.article.outlet]
    return [Attribution(JOINT, quote("is part of a joint investigation", words))]


def _pool(report: Report, context: RuleContext) -> list[Attribution]:
    return [Attribution(POOL, quote("has it from the one pool reporter", words_of(report.pool[0])))]


def _agency_cites(report: Report, context: RuleContext) -> list[Attribution]:
    credited = _credited(report.article, report.text[0], 0, context)
    return [replace(one, why=f"{credited.why}; {one.why}") for one in _cited(report, context)]


def _agency_states(report: Report, context: RuleContext) -> list[Attribution]:
    credited = _credited(report.article, report.text[0], 0, context)
    why = quote(f"{credited.why}; rests on a statement", words_of(report.stated[0]))
    return [replace(credited, least=0, why=why, basis=_basis(report.stated[0]))]


def _text(report: Report, context: RuleContext) -> list[Attribution]:
    """Whose text it is; one article prints one text, so of several republished ones one is sure."""
    found = [_credited(report.article, credit, n, context) for n, credit in enumerate(report.text)]
    printed = [n for n, credit in enumerate(report.text) if credit.relation == "republished"]
    found = [replace(one, least=0) if n in printed[1:] else one for n, one in enumerate(found)]
    doubted = next((line for line in report.signed if line.name), None) if printed and not report.seen else None
    if doubted:  # the wording contradicts the byline
        found[0] = replace(
            found[0], why=quote(f"{found[0].why}; which makes its own byline doubtful", words_of(doubted))
        )
    beside = any(credit.relation == "with" for credit in report.text)
    if report.seen or beside or (report.own and not printed):
        found.append(Attribution(report.article.outlet, "may have reporting of its own beside it", 0))
    return found


def _live(report: Report, context: RuleContext) -> list[Attribution]:
    """Of a live blog every entry counts, and its own reporter where one is there; under an agency's byline it is theirs."""
    outlet = report.article.outlet
    if _one_agency(report) and not report.seen and _heads(report.article, report.text[0]):
        return _text(report, context)
    entries = list({credit.org or credit.name: credit for credit in (*report.text, *report.items)}.values())
    found = [_credited(report.article, credit, n, context) for n, credit in enumerate(entries)]
    own = (
        _own(report, context)
        if report.seen
        else [Attribution(outlet, "is a live blog, perhaps with entries of its own", 0)]
    )
    return [*found, *own]


def _heads(article: Article, credit: Credit) -> bool:
    """Does a credit stand over the whole text: in a byline, or in the dateline of the first paragraph?"""
    first = next((paragraph for paragraph in article.body if is_prose(paragraph)), "")
    return credit.where == "byline" or (credit.where == "start" and credit.words == first.strip())


def _own(report: Report, context: RuleContext) -> list[Attribution]:
    return [
        Attribution(
            report.article.outlet, quote(f"has work of its own ({report.seen[0].kind})", words_of(report.seen[0]))
        )
    ]


def _cited(report: Report, context: RuleContext) -> list[Attribution]:
    """The media to which the lead is given. One that the text shows at work ("told Reuters") did it for sure."""
    found = []
    for n, credit in enumerate(report.cited):
        why = quote(f"gives it to {_named(credit, context)}", words_of(credit))
        if credit.role == "unnamed" or not (credit.org or credit.name):
            found.append(Attribution(f"{UNNAMED}{report.article.id}:{n}", why, 0, 1 if credit.count_known else None))
        else:
            found.append(
                Attribution(_key(credit), why, int(credit.org in report.theirs), through=_through(credit, context))
            )
    return found


def _gives_lead(report: Report, context: RuleContext) -> list[Attribution]:
    """The media, and its own newsroom where they are cited only for what somebody told them, behind the first paragraph."""
    outlet = report.article.outlet
    passing = report.signed if report.in_passing else ()
    return [
        *_cited(report, context),
        *(
            Attribution(outlet, quote("is signed, and cites others only in passing", words_of(line)), 0)
            for line in passing[:1]
        ),
    ]


def _states(report: Report, context: RuleContext) -> list[Attribution]:
    said = report.stated[0]
    why = quote("rests on a statement that anybody could read", words_of(said))
    return [Attribution(report.article.outlet, why, 0, basis=_basis(said))]


def _signs(report: Report, context: RuleContext) -> list[Attribution]:
    line = (report.signed or report.own)[0]
    return [Attribution(report.article.outlet, quote("is signed, and shows no work of its own", words_of(line)), 0)]


def _nothing(report: Report, context: RuleContext) -> list[Attribution]:
    return [Attribution(report.article.outlet, "names no source, and shows no work of its own", 0)]


def _credited(article: Article, credit: Credit, n: int, context: RuleContext) -> Attribution:
    verb = {"republished": "credits", "with": "uses material of", "based_on": "is compiled from"}[credit.relation]
    via = f" (via {context.name(credit.via)})" if credit.via else ""
    why = quote(f"{verb} {_named(credit, context)}{via}", words_of(credit))
    if credit.role == "unnamed" or not (credit.org or credit.name):
        return Attribution(f"{UNNAMED}{article.id}:{n}", why, 0, 1 if credit.count_known else None)
    sure = int(credit.role in MEDIA and credit.org is not None)
    return Attribution(_key(credit), why, sure, through=_through(credit, context))


def _through(credit: Credit, context: RuleContext) -> tuple[str, ...]:
    """Who passes it on."""
    return (context.name(credit.via),) if credit.via and credit.via != credit.org else ()


def _basis(credit: Credit) -> tuple[str, ...]:
    """The statement that an origin rests on, as printed."""
    return (credit.name or ("a post" if credit.kind == "post" or credit.role == "social" else "a statement"),)


def _key(credit: Credit) -> str:
    return credit.org or f"{NAME}{fold(credit.name or '').removeprefix('www.')}"


def _named(credit: Credit, context: RuleContext) -> str:
    return context.names.get(credit.org or "", credit.name or "somebody not named")


def _one_agency(report: Report) -> bool:
    """Does it print one agency's text in which that agency shows no work of its own?"""
    return len(report.text) == 1 and report.text[0].role == "agency" and report.text[0].org not in report.theirs


def _kind(report: Report, *names: str) -> bool:
    return report.kind is not None and report.kind.name in names


TABLE = (
    Rule(
        "is one of which a person said whose text it is",
        "that source: 1; an official one 0 to 1",
        "`twosource decide text-of ARTICLE afp`",
        lambda report, _: bool(report.decided),
        _decided,
    ),
    Rule(
        "is an opinion, satire or an obituary",
        "0: it tells again what others reported",
        "Comment: “Somebody on the harbour board owns a car.”",
        lambda report, _: _kind(report, *SILENT),
        _silent,
    ),
    Rule(
        "was paid for by somebody else",
        "0: those are his words, and no newsroom's report",
        "an advertorial that its page calls so (schema.org's AdvertiserContentArticle)",
        lambda report, _: PAID in report.article.labels,
        _paid,
    ),
    Rule(
        "says that a report was withdrawn, and shows nothing of its own",
        "0, and the withdrawn report no longer counts",
        "“Interfax has withdrawn its report of the morning.”",
        lambda report, _: bool(report.withdrawn) and not report.shows_work,
        _notice,
    ),
    Rule(
        "is a digest",
        "whom the one item that is about this story credits; else 0 to 1",
        "“Wind farm: a turbine burned for nine hours. (AP)”",
        lambda report, _: _kind(report, "digest"),
        _digest,
    ),
    Rule(
        "is an official's own page, or a press release as it came",
        "0 to 1: it is the statement, and no report of it",
        "the ministry's page; “Notes to editors: …”",
        lambda report, _: not report.text and (bool(report.official) or _kind(report, "statement", "release")),
        _statement,
    ),
    Rule(
        "is part of a joint investigation",
        "1, once for all partners",
        "“documents that NDR, WDR and Elbspiegel analysed together”",
        lambda report, context: (
            bool(report.joint or (report.article.outlet in context.partners and report.shows_work))
            and not any(credit.role == "agency" for credit in report.text)
        ),
        _joint,
    ),
    Rule(
        "has it from a pool report, and shows nothing of its own",
        "1, the pool reporter, once in the story",
        "“… the pool report said.”",
        lambda report, _: bool(report.pool) and not report.seen,
        _pool,
    ),
    Rule(
        "is a live blog",
        "whom its entries credit, and its newsroom: 1 where it shows own work, else 0 to 1",
        "“12.50 Our reporter is in Fountain Street.”",
        lambda report, _: _kind(report, "live"),
        _live,
    ),
    Rule(
        "prints an agency's text that gives its lead to another medium",
        "that medium: 1 where the text shows it at work, else 0 to 1; the agency 0",
        "“BERLIN (AFP) - … Bild reported on Friday.”",
        lambda report, _: _one_agency(report) and bool(report.cited),
        _agency_cites,
    ),
    Rule(
        "prints an agency's text that rests on a statement, where another report of the story does as well",
        "the agency 0 to 1",
        "“MOSCOW (TASS) - … the ministry said in a release.”",
        lambda report, context: _one_agency(report) and bool(report.stated) and context.statements > 1,
        _agency_states,
    ),
    Rule(
        "credits an agency or an outlet with its text, or is compiled from several",
        "1 each, once in the story; of several that one text is credited to, one; its newsroom beside them 0 to 1",
        "“KABUL (Reuters) -”, “By AFP”, “(AFP/Reuters)”, “With reporting by AP”",
        lambda report, _: bool(report.text),
        _text,
    ),
    Rule(
        "shows work of its own: was there, spoke to somebody, read the document",
        "1, its newsroom",
        "“… he told the Clarion”, „sagt unserer Zeitung“, 本报记者在现场, “Gwen Arkle in Coppergate”",
        lambda report, _: bool(report.seen),
        _own,
    ),
    Rule(
        "gives its lead to another medium",
        "that medium: 1 where the text shows it at work, else 0 to 1; its own newsroom 0 (cited only in passing: 0 to 1)",
        "“… the Financial Times reported on Tuesday.”",
        lambda report, _: bool(report.cited),
        _gives_lead,
    ),
    Rule(
        "rests on a statement that anybody could read",
        "0 to 1, its newsroom",
        "“… the ministry said in a statement”, “wrote on Telegram”",
        lambda report, _: bool(report.stated),
        _states,
    ),
    Rule(
        "is only signed, or has a place in front",
        "0 to 1, its newsroom",
        "“By Gregor Haas”, “WESTBANK —”",
        lambda report, _: bool(report.signed or report.own),
        _signs,
    ),
    Rule(
        "names nobody",
        "0 to 1, its newsroom: it may rest on any of the others",
        "a brief without a byline",
        lambda report, _: True,
        _nothing,
    ),
)
