"""Which articles report one event, after people joined and split what the machine made. Pure.

A later decision stands above an earlier one. It speaks of the articles that were there: what the machine has put to them
since goes along. An article that came to a story after it was split goes with the part that it is nearest to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from storage.decisions import Decision


def decided_stories(
    machine: Mapping[str, str], nearest: Mapping[str, str | None], decisions: Sequence[Decision]
) -> dict[str, str]:
    """The story of each article.

    ``machine`` is the story that the machine gives each article, in order of arrival; ``nearest`` the article that each was
    most like when it arrived; ``decisions`` are joins and splits in the order in which they were made.
    """
    story = dict(machine)
    for one in decisions:
        (_join if one.verb == "join" else _split)(story, nearest, one)
    return story


def new_id(decision: Decision) -> str:
    """The id of the story that a split makes: the machine gives none like it, so that neither has to know of the other.

    The larger part keeps the story's id, so that readers of the one that most remember find it.
    """
    smaller = decision.others if _keeps_less(decision) else decision.articles
    return f"{smaller[0]}~d{decision.n}"


def _join(story: dict[str, str], _nearest: Mapping[str, str | None], decision: Decision) -> None:
    homes = Counter(story[article] for article in decision.articles if article in story)
    if len(homes) < 2:
        return
    stays = decision.story if decision.story in homes else max(homes, key=lambda one: homes[one])
    assert stays is not None
    for article, home in story.items():
        if home in homes:
            story[article] = stays


def _split(story: dict[str, str], nearest: Mapping[str, str | None], decision: Decision) -> None:
    taken, left = set(decision.articles), set(decision.others)
    mixed = {story[a] for a in taken if a in story} & {story[a] for a in left if a in story}
    if not mixed:
        return
    out = [a for a, home in story.items() if home in mixed and _goes(a, story, nearest, taken, left)]
    new = new_id(decision)
    if _keeps_less(decision):
        first = next(home for home in story.values() if home in mixed)
        for article, home in story.items():
            if home == first:
                story[article] = new
        new = first
    for article in out:
        story[article] = new


def _keeps_less(decision: Decision) -> bool:
    return len(decision.articles) > len(decision.others)


def _goes(
    article: str,
    story: Mapping[str, str],
    nearest: Mapping[str, str | None],
    taken: Collection[str],
    left: Collection[str],
) -> bool:
    """Does it go with those that are taken out? It goes where the one goes that it was nearest to, if that is here."""
    home, passed = story[article], set[str]()
    one: str | None = article
    while one is not None and one not in passed and story.get(one) == home:
        if one in taken or one in left:
            return one in taken
        passed.add(one)
        one = nearest.get(one)
    return False
