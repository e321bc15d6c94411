"""Views named for questions, for people who know SQL. They are made anew whenever their text changes; nothing depends on them.

Moments are UTC. A count of independent sources is ``least`` to ``most``; ``most`` is null where it is not known.
"""

from __future__ import annotations

from sqlite_utils import Database

# name -> (what it answers, its columns with what they hold, the query)
VIEWS: dict[str, tuple[str, dict[str, str], str]] = {
    "stories_now": (
        "Every story as it stands: headline, who reports it, on how many independent sources. Sort by updated.",
        {
            "story": "stories.id",
            "headline": "of its first article that has one, as it reads today; null: none has",
            "sources": 'independent sources in words: "1", "2 to 4", "2 or more", "not known"',
            "least": "independent sources: at least",
            "most": "at most; null: not known",
            "outlets": "how many outlets report it",
            "articles": "how many articles it has",
            "copies": "how many of them print the text of another one",
            "opened": "arrival of its first article",
            "updated": "arrival of its last one",
            "follows": "the story that it takes up on a later day; null: none",
            "decided_by": "people whose decisions it rests on, parted by commas; null: on the machine's alone",
        },
        """
        select s.id as story,
          (select a.headline from story_articles m join articles a on a.id = m.article
            where m.story = s.id and a.headline is not null order by m.seq, a.version desc limit 1) as headline,
          case when s.most is null then iif(s.least <= 1, 'not known', s.least || ' or more')
            when s.least = s.most then s.least || '' else s.least || ' to ' || s.most end as sources,
          s.least, s.most,
          (select count(distinct a.outlet) from story_articles m join articles a on a.id = m.article
            where m.story = s.id) as outlets,
          s.articles,
          (select count(distinct c.b) from story_articles m join copies c on c.b = m.article
            join story_articles n on n.article = c.a and n.story = m.story
            where m.story = s.id and c.kind not in ('partial', 'update')) as copies,
          s.opened, s.updated, s.follows,
          (select group_concat(distinct d.who) from story_articles m join decision_articles k on k.article = m.article
            join decisions d on d.n = k.decision
            where m.story = s.id and d.verb not in ('note', 'undo') and d.n not in (select n from undone)) as decided_by
        from stories s
        """,
    ),
    "single_source_stories": (
        "Stories that all rest on one source, whoever prints them, and which source that is.",
        {
            "story": "stories.id",
            "headline": "of its first article that has one; null: none has",
            "source": "the one source, to print",
            "reason": "why it counts so: the first of the reasons; null: none is given",
            "outlets": "how many outlets report it",
            "articles": "how many articles it has",
            "opened": "arrival of its first article",
            "updated": "arrival of its last one",
        },
        """
        select n.story, n.headline,
          (select o.name from origins o where o.story = n.story and o.least > 0 order by o.n limit 1) as source,
          (select json_extract(o.reasons, '$[0]') from origins o where o.story = n.story and o.least > 0
            order by o.n limit 1) as reason,
          n.outlets, n.articles, n.opened, n.updated
        from stories_now n where n.most = 1
        """,
    ),
    "confirmed_stories": (
        "Stories with two or more independent sources for sure, and which they are.",
        {
            "story": "stories.id",
            "headline": "of its first article that has one; null: none has",
            "sources": "independent sources in words",
            "least": "independent sources: at least",
            "most": "at most; null: not known",
            "independent": "JSON list of the names of the sources that surely count",
            "outlets": "how many outlets report it",
            "articles": "how many articles it has",
            "opened": "arrival of its first article",
            "updated": "arrival of its last one",
        },
        """
        select n.story, n.headline, n.sources, n.least, n.most,
          (select json_group_array(o.name) from (select name from origins where story = n.story and least > 0 order by n) o)
            as independent,
          n.outlets, n.articles, n.opened, n.updated
        from stories_now n where n.least >= 2
        """,
    ),
    "who_copies_whom": (
        "For each two outlets: how many texts the one took from the other, as far as the direction is known.",
        {
            "copier": "the outlet that prints the text",
            "source": "the outlet whose text it is",
            "articles": "how many articles",
            "certain": "of how many the direction is certain, not only likely",
            "credited": "how many of them name the source, or whom it credits, with a text",
            "first": "arrival of the first such copy",
            "last": "arrival of the last one",
        },
        """
        with taken as (
          select iif(direction = 'a->b', b, a) as copy, iif(direction = 'a->b', a, b) as original, certainty
          from copies where kind not in ('partial', 'update') and direction <> 'unknown')
        select c.outlet as copier, o.outlet as source, count(distinct t.copy) as articles,
          count(distinct iif(t.certainty = 'certain', t.copy, null)) as certain,
          count(distinct iif(exists (select 1 from credits k where k.article = c.id and k.relation not in ('photo', 'own')
            and (k.org = o.outlet or k.org in (select org from credits where article = o.id and relation <> 'photo'))),
            t.copy, null)) as credited,
          min(c.fetched) as first, max(c.fetched) as last
        from taken t
        join articles c on c.id = t.copy and c.version = 1
        join articles o on o.id = t.original and o.version = 1
        where c.outlet <> o.outlet
        group by 1, 2 order by 3 desc, 1, 2
        """,
    ),
    "first_reports": (
        "Who published each story first, by the times that the pages state and their arrival does not contradict; and whose"
        " article arrived here first.",
        {
            "story": "stories.id",
            "headline": "of the story's first article that has one; null: none has",
            "outlet": "who states the earliest publication; null: nobody states a time",
            "article": "articles.id of that article; null: nobody states a time",
            "published": "the time that it states; null: nobody does",
            "second": "the outlet that states the next one; null: no other outlet states a time",
            "minutes_ahead": "minutes between the two; null: there are no two",
            "arrived_first": "the outlet whose article arrived here first, which depends on when we asked",
            "arrived": "when it arrived",
            "outlets": "how many outlets report the story; those without a stated time may have been earlier",
            "undated": "how many of its articles state no time, or one after their arrival",
        },
        """
        with reports as (
          select m.story, a.id as article, a.outlet, a.fetched, iif(a.published <= a.fetched, a.published, null) as moment
          from story_articles m join articles a on a.id = m.article and a.version = 1)
        select s.story, s.headline, f.outlet, f.article, f.moment as published, n.outlet as second,
          cast(round((julianday(n.moment) - julianday(f.moment)) * 1440) as integer) as minutes_ahead,
          (select r.outlet from story_articles m join reports r on r.article = m.article
            where m.story = s.story order by m.seq limit 1) as arrived_first,
          s.opened as arrived, s.outlets,
          (select count(*) from reports r where r.story = s.story and r.moment is null) as undated
        from stories_now s
        left join reports f on f.story = s.story and f.article =
          (select r.article from reports r where r.story = s.story and r.moment is not null order by r.moment, r.article limit 1)
        left join reports n on n.story = s.story and n.article =
          (select r.article from reports r where r.story = s.story and r.moment is not null and r.outlet <> f.outlet
            order by r.moment, r.article limit 1)
        """,
    ),
    "disputed_stories": (
        "Stories in which somebody denies, rebuts or takes back what is reported, or two independent sources count otherwise.",
        {
            "story": "stories.id",
            "headline": "of its first article that has one; null: none has",
            "sources": "independent sources in words",
            "kind": "statement | figures",
            "dispute": "who and how; the two figures and whose they are",
            "words": "the sentence that says so",
            "article": "articles.id in which it stands",
            "outlet": "whose article that is",
            "url": "canonical; null: imported without one",
            "updated": "arrival of the story's last article",
        },
        """
        select d.story, n.headline, n.sources, d.kind, d.summary as dispute, d.words, d.article, a.outlet, a.url, n.updated
        from disputes d join stories_now n on n.story = d.story
        left join articles a on a.id = d.article and a.version = (select max(version) from articles v where v.id = d.article)
        order by n.updated desc, d.story, d.n
        """,
    ),
    "corrections": (
        "Every version of an article after its first: what its outlet changed later.",
        {
            "article": "articles.id",
            "version": "2, 3 ...",
            "outlet": "whose article it is",
            "story": "stories.id; null: not merged yet",
            "arrived": "when the changed version arrived here",
            "headline": "as it reads now; null: none",
            "headline_before": "as it read before, where that changed; null: it did not",
            "substance": "1: of substance; 0: only typography, a time stamp, byline, caption or order; null: not judged yet",
            "kinds": "JSON list of what changed: headline, number, name, quotation ...; null: not judged yet",
            "words_before": "words of the text before",
            "words_now": "words of the text now",
            "url": "canonical; null: imported without one",
        },
        """
        select v.id as article, v.version, v.outlet, m.story, v.fetched as arrived, v.headline,
          nullif(b.headline, v.headline) as headline_before, r.substance, r.kinds,
          length(b.body) - length(replace(replace(b.body, ' ', ''), char(10), '')) + 1 as words_before,
          length(v.body) - length(replace(replace(v.body, ' ', ''), char(10), '')) + 1 as words_now, v.url
        from articles v join articles b on b.id = v.id and b.version = v.version - 1
        left join story_articles m on m.article = v.id left join revisions r on r.seq = v.seq
        where v.version > 1 order by v.seq desc
        """,
    ),
    "outlet_health": (
        "Each outlet's last visit, and what it gave.",
        {
            "outlet": "its id",
            "outcome": "ok | failed | nothing (it announced nothing); null: never visited, its articles were read elsewhere",
            "visited": "when the run of its last visit began; null: never visited",
            "last_article": "arrival of its newest version; null: it has none",
            "articles": "how many articles it has given in all",
            "announced": "links found by the last visit",
            "stored": "new articles and versions of the last visit",
            "skipped": "its answers that were no article",
            "failed": "its requests without a usable answer",
            "reasons": "JSON {reason: count} of the last visit",
        },
        """
        with outlets as (select outlet from visits union select outlet from articles),
          last as (select outlet, max(run) as run from visits group by outlet)
        select o.outlet, v.outcome, r.started as visited,
          (select max(a.fetched) from articles a where a.outlet = o.outlet) as last_article,
          (select count(*) from articles a where a.outlet = o.outlet and a.version = 1) as articles,
          v.announced, v.stored, v.skipped, v.failed, v.reasons
        from outlets o left join last l on l.outlet = o.outlet
        left join visits v on v.outlet = l.outlet and v.run = l.run left join runs r on r.id = l.run
        order by 1
        """,
    ),
    "overruled_most": (
        "Which of the machine's rules people overruled, the one that they overruled most first: which rule to mend.",
        {
            "rule": "what the machine went by, in words",
            "decisions": "how many decisions in force overrule it",
            "people": "how many people made them",
            "stories": "on how many stories, as they were called then",
            "last": "when the last one was made",
            "example": "why the last one was made",
        },
        """
        select overruled as rule, count(*) as decisions, count(distinct who) as people, count(distinct story) as stories,
          max(moment) as last,
          (select e.why from decisions e where e.overruled = d.overruled and e.n not in (select n from undone)
            order by e.n desc limit 1) as example
        from decisions d where overruled is not null and n not in (select n from undone)
        group by overruled order by 2 desc, 5 desc, 1
        """,
    ),
    "agency_reach": (
        "Each agency that texts are credited to: how many outlets print it, in how many stories, and where it is the only one.",
        {
            "agency": "organisation id",
            "name": "as it is printed most often",
            "outlets": "how many outlets credit it with a text; pictures do not count",
            "articles": "in how many articles",
            "stories": "in how many stories it is a source",
            "alone": "in how many of these it is the only source",
            "last": "arrival of the last article that credits it",
        },
        """
        select c.org as agency,
          (select k.name from credits k where k.org = c.org and k.name is not null
            group by k.name order by count(*) desc, k.name limit 1) as name,
          count(distinct a.outlet) as outlets, count(distinct c.article) as articles,
          (select count(*) from origins o where o.key = c.org) as stories,
          (select count(*) from origins o join stories s on s.id = o.story where o.key = c.org and s.most = 1) as alone,
          max(a.fetched) as last
        from credits c join articles a on a.id = c.article and a.version = c.version
        where c.org is not null and c.relation not in ('photo', 'own') and c.role = 'agency'
        group by c.org order by 4 desc, 1
        """,
    ),
}


def refresh(db: Database) -> None:
    """Make the views as they are written here; those that are so already are left alone."""
    there = dict(db.execute("select name, sql from sqlite_master where type = 'view'").fetchall())
    for name, (_, _, query) in VIEWS.items():
        sql = f'create view "{name}" as {query.strip()}'
        if there.get(name) != sql:
            db.execute(f'drop view if exists "{name}"')
            db.execute(sql)
