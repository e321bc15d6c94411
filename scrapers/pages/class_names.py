"""What class names, roles and item properties say of an element. They are English whatever the page's language is.

A mark is a suspicion, not a verdict: body.py ignores it on an element that holds most of the page's text
("content has-sidebar").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

HIDDEN = "hidden"  # not displayed
BOILERPLATE = "boilerplate"  # of the site, or of another article
CAPTION = "caption"
BYLINE = "byline"
DATE = "date"
STANDFIRST = "standfirst"
BODY = "body"  # where content systems say that they put the text

# Whole words of a class or id, split at "-", "_", digits and capitals. Written down from what is common on news sites,
# added to where the tuning pages showed a gap; a word that stands on bodies too ("content", "media", "main") is none.
WORDS = {
    HIDDEN: "hidden invisible sr-only visually-hidden visuallyhidden screen-reader-text noscript print-only d-none",
    CAPTION: "caption captions figcaption photocredit photo-credit image-credit image-copyright image-source "
    "image-photographer media-credit credit imagecaption cutline "
    "wp-caption-text image-meta image-description caption-text media-caption picture-caption img-caption",
    BYLINE: "byline bylines byl author authors author-name autor autore auteur writer contributor contributors journalist "
    "reporter article-author post-author entry-author authorname",
    DATE: "date datetime dateline timestamp time published pubdate publish-date post-date entry-date article-date updated "
    "date-published posted-on",
    STANDFIRST: "standfirst subheadline subtitle sub-title subheading dek deck chapo chapeau vorspann teaser-text lede lead "
    "article-summary article-intro entry-summary bajada entradilla copete sottotitolo occhiello anons "
    "article-description story-summary article-excerpt headline-sub kicker-sub",
    BODY: "articlebody article-body article-content article-text articletext article-copy story-body storybody story-content "
    "story-text entry-content post-content post-body body-text bodytext text-body article-main wsw body-copy storytext "
    "article-paragraphs news-text newstext richtext content-body",
    BOILERPLATE: "onetrust pc-policy-text ot-pc ot-sdk-container didomi "
    "related relatedarticles related-articles recommend recommended "
    "recommendation recommendations newsletter "
    "newsletters signup sign-up subscribe subscription subscriptions promo promos promotion share sharing shares shared "
    "sharebar social socials socialmedia follow followus comment comments disqus sidebar side-bar aside footer foot footnav "
    "nav navbar navigation menu submenu breadcrumb breadcrumbs ad ads advert adverts advertisement advertising adsbygoogle "
    "sponsor sponsored sponsors teaser teasers trending popular most-read mostread most-popular mostpopular outbrain "
    "taboola bio biography author-bio author-box authorbox about-author author-info tags taglist tag-list tag topics topic "
    "keywords cookie cookies consent gdpr modal popup pop-up overlay banner widget widgets read-more readmore more-news "
    "more-stories morestories see-also seealso also-read read-also next-article prev-article pagination pager "
    "rating ratings vote poll quiz donate donation donations print toolbar tools toolbox gallery-thumbs slideshow carousel "
    "player playlist embed-code toc table-of-contents copyright disclaimer login log-in register registration paywall "
    "regwall app-promo download-app whatsapp telegram facebook twitter linkedin pinterest reddit yarpp jp-relatedposts "
    "addtoany sharedaddy crosslink crosslinks interlink infobox fact-box factbox linkbox link-box inline-link "
    "latest-news latest topstories top-stories editors-picks editorspicks featured read-next readnext up-next upnext "
    "recirc recirculation zergnet revcontent mgid plista ligatus piano tinypass onward post-navigation post-nav "
    "correction-form feedback subnav masthead site-header site-footer hashtag hashtags skip skiplink skip-link "
    "post-meta entry-meta article-meta article-tools story-tools wp-block-latest-posts teaserlist callout cta "
    "call-to-action sticky video-playlist story-card storycard card-list article-card article-list articlelist "
    "related-links relatedlinks relatedposts related-posts related-stories relatedstories related-content "
    "relatedcontent related-news relatednews read-also-block subscribe-form inline-newsletter newsletter-signup",
}
# Of these, the words of boxes that lead to other articles, whose dates and authors stand in them.
OTHERS = frozenset(
    word
    for word in WORDS[BOILERPLATE].split()
    if word.startswith(
        ("related", "recommend", "most", "more-", "see", "also", "read-also", "trending", "popular", "recirc")
    )
)
ROLES = dict.fromkeys(
    ("navigation", "complementary", "contentinfo", "search", "dialog", "menu", "alertdialog", "banner"), BOILERPLATE
)
TAGS = {
    "nav": BOILERPLATE,
    "footer": BOILERPLATE,
    "aside": BOILERPLATE,
    "figure": CAPTION,
    "figcaption": CAPTION,
    "time": DATE,
    "address": BYLINE,
    "dialog": HIDDEN,
}
ITEMPROPS = {"articlebody": BODY, "author": BYLINE, "datepublished": DATE, "datemodified": DATE, "caption": CAPTION}
PLAIN = frozenset(
    ("class", "id", "href", "target", "rel", "title", "src", "alt", "width", "height", "datetime", "lang")
)
# In this order: "article-body-caption" is a caption, "related-author" boilerplate.
ORDER = (HIDDEN, CAPTION, BOILERPLATE, STANDFIRST, BYLINE, DATE, BODY)
HIDDEN_TOKENS = frozenset(WORDS[HIDDEN].split())


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Finds one of the words as a whole token, the longest first; nothing where there are no words."""
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?:^|[\s_-])({'|'.join(longest_first)})(?=$|[\s_-])" if longest_first else r"(?!)()")


WORD_SETS = {kind: pattern(words.split()) for kind, words in WORDS.items() if kind != HIDDEN}
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Where a token is a build's or a page's number: "css-3a73ad", "n1AuAdJl", "post-1234" say nothing by that part.
RANDOM = re.compile(r"[0-9]")
SHOWN = re.compile(
    r":(?:!?)(?:block|flex|grid|inline|table|contents|visible|inline-block|inline-flex)$|^d-(?:\w+-)?(?:block|flex|inline|grid|table)$"
)
# "has-sidebar", "tag-iran" say nothing.
STATES = re.compile(
    r"\b(?:has|no|with|without|is|show|hide|js|single|single-post|postid|category|tag)-[\w-]+|\bpaywall-(?:article|content|text|body)\b|\b(?:twitter-tweet|instagram-media)\b|\bsidebar-(?:grid|layout|container|wrapper|page)[\w-]*"
)


class Said(NamedTuple):
    """What an element is said to be, and the word that says so."""

    kind: str
    word: str


def mark(element: etree._Element) -> str | None:
    """What the element's tag and attributes say it is; None where they say nothing."""
    said = marked(element)
    return said.kind if said else None


def marked(element: etree._Element) -> Said | None:
    """The same with the word that says so."""
    tag = element.tag
    if tag in TAGS:
        return Said(TAGS[tag], f"<{tag}>")
    given = element.keys()
    if not given:
        return None
    if PLAIN.issuperset(given):  # nine in ten elements, at half the cost
        return _said(element.get("class"), element.get("id"), None)
    found: dict[str, str] = dict(element.items())  # type: ignore[arg-type] # the stubs allow for bytes
    if "hidden" in found and found["hidden"] != "until-found":
        return Said(HIDDEN, "hidden=")
    if "style" in found and "display:none" in found["style"].replace(" ", ""):
        return Said(HIDDEN, "display:none")
    named = (
        found.get("class"),
        found.get("id"),
        found.get("data-component") or found.get("data-testid") or found.get("data-qa"),
    )
    if any(named):
        said = _said(*named)
        if said:
            return said
    if "itemprop" in found and (item := ITEMPROPS.get(found["itemprop"].lower())):
        return Said(item, "itemprop")
    role = ROLES.get(found.get("role") or "")
    return Said(role, f"role={found['role']}") if role else None


@lru_cache(maxsize=20_000)
def _said(classes: str | None, name: str | None, component: str | None) -> Said | None:
    tokens = " ".join(filter(None, (classes, name, component)))[:600].split()
    hidden = next((token for token in tokens if token.lower() in HIDDEN_TOKENS), None)
    if hidden and not any(SHOWN.search(token) for token in tokens):
        return Said(HIDDEN, hidden.lower())
    words = STATES.sub(" ", " ".join(map(plain, tokens)))
    for kind in ORDER[1:]:
        if found := WORD_SETS[kind].search(words):
            return Said(kind, found.group(1))
    return None


def plain(token: str) -> str:
    """A class or id in small letters, its words parted by hyphens, without the parts that are numbers or random."""
    if ":" in token or "[" in token:  # "md:sticky", "[&_a]:banner" say how an element looks
        return ""
    parts = [part for part in re.split(r"[_-]+", token) if part and not RANDOM.search(part)]
    humps = [hump for part in parts for hump in HUMPS.sub("-", part).split("-")]
    return "-".join(hump.lower() for hump in humps)
