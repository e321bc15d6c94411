"""What an outlet changed in an article, as HTML. Of which kind a change is says aggregator/revisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from aggregator.feeds.text import escape
from storage.types import Article

WORD = re.compile(r"\w+")
CONTEXT = 8  # words shown on each side of a change: about a line


def described(before: Article, after: Article) -> str:
    """HTML: what was taken out and what was put in, with the words around it; the headline by itself."""
    html = ""
    if _bare(before.headline) != _bare(after.headline):
        html += f"<p><b>Headline:</b> <del>{escape(before.headline or '')}</del> <ins>{escape(after.headline or '')}</ins></p>"
    return html + "".join(f"<p>{piece}</p>" for piece in _pieces(before.text.split(), after.text.split()))


def _pieces(old: list[str], new: list[str]) -> Iterator[str]:
    """One piece of HTML for each run of changes that stand close together."""
    match = SequenceMatcher(None, [_bare(word) for word in old], [_bare(word) for word in new], autojunk=False)
    for group in match.get_grouped_opcodes(CONTEXT):
        piece = [_shown(kind, old[a:b], new[c:d]) for kind, a, b, c, d in group]
        if any(one.startswith("<") for one in piece):
            yield "… " + " ".join(one for one in piece if one) + " …"


def _shown(kind: str, old: list[str], new: list[str]) -> str:
    if kind == "equal":
        return escape(" ".join(new))
    gone = f"<del>{escape(' '.join(old))}</del>" if old else ""
    come = f"<ins>{escape(' '.join(new))}</ins>" if new else ""
    return " ".join(one for one in (gone, come) if one)


def _bare(text: str | None) -> str:
    return " ".join(WORD.findall((text or "").casefold()))
