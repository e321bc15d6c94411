"""The tables, as SQL that says of every column what it holds, and the numbered steps that make them.

Facts (pages, articles, runs) are only appended. Conclusions (credits, copies, stories, origins) carry the number of the
rules that made them and can be dropped and made again from the facts. A step that has landed is never edited, but
followed by another.

Times are ISO 8601 text in UTC; lists and mappings are JSON text; NULL means: nobody stated it.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from storage import epochs

steps = Migrations("twosource")

FACTS = """
-- Every response that was looked at, and what became of it.
create table pages (
    seq          integer primary key,           -- order of arrival
    url          text not null,                 -- the address that answered, as it was
    outlet       text not null,
    fetched      text not null,
    status       integer not null,              -- HTTP
    content_type text,
    archive      text,                          -- WARC file; null: the response was not kept
    offset       integer,                       -- where its record begins, in bytes
    outcome      text not null,                 -- stored | unchanged | skipped
    reason       text,                          -- why it was skipped; null: it was not
    article      text,                          -- articles.id; null: skipped
    version      integer,
    link         text,                          -- JSON: what announced it; null: replayed or given by hand
    template     integer,                       -- templates.number that it was read by; null: by the general reader
    unique (url, fetched)
);
create index pages_article on pages (article);

-- What a page says: a new row for every version whose words changed.
create table articles (
    seq             integer primary key,        -- order of arrival: the merge follows it
    id              text not null,
    version         integer not null,           -- 1, 2 ...
    outlet          text not null,
    url             text,                       -- canonical; null: imported without one
    fetched         text not null,
    headline        text,
    standfirst      text,
    body            text not null,              -- paragraphs parted by a blank line
    language        text,
    authors         text not null,              -- JSON list of persons
    published       text,
    modified        text,
    section         text,
    tags            text not null,              -- JSON list
    picture         text,                       -- JSON {url, caption, credit}
    sourcing_lines  text not null,              -- JSON list of {text, where}
    paywalled       integer not null,
    evidence        text not null,              -- JSON {field: where it was found}
    digest          text not null,              -- of the words: another one makes a new version
    unique (id, version)
);
create index articles_outlet on articles (outlet, fetched);
create index articles_url on articles (url);
create index articles_language on articles (language);

-- Where an outlet's pages put their article, as learnt from them. Only appended, but that one ends.
create table templates (
    outlet text not null,
    number integer not null,                    -- 1, 2 ... of the outlet
    since  text not null,                       -- fetch of the page that completed it
    until  text,                                -- fetch of the page that it failed on; null: in force
    places text not null,                       -- JSON {frame, body, headline, drop, texts, languages, outside, day_first}
    primary key (outlet, number)
);

-- What pages showed of a layout that is not learnt yet. Deleted when it is.
create table lessons (
    outlet  text not null,
    article text not null,                      -- articles.id
    told    text not null,                      -- JSON of storage.types.Lesson
    primary key (outlet, article)
);

-- What a server last said of an address, for the next conditional request. Overwritten.
create table validators (
    url           text primary key,             -- canonical for a page; as requested for a feed, sitemap or listing
    outlet        text,                         -- whose page; null: a feed, a sitemap or a listing
    etag          text,
    last_modified text,                         -- the header as sent
    announced     text,                         -- the time of change that its announcement last gave
    first         text not null,                -- when it first answered
    checked       text not null                 -- when it last answered
);
create index validators_young on validators (outlet, first);

-- Until when a host asked to be left alone, with a 429 or 503. Overwritten.
create table pauses (
    host  text primary key,
    until text not null
);

-- One row a run, and one an outlet in it.
create table runs (
    id       integer primary key,
    started  text not null,
    ended    text,                              -- null: under way, or killed
    command  text not null
);
create table visits (
    run        integer not null references runs(id),
    outlet     text not null,
    outcome    text not null,                   -- ok | failed | nothing (no way announced anything)
    announced  integer not null,                -- links found
    fetched    integer not null,                -- pages asked for and answered
    stored     integer not null,
    unchanged  integer not null,
    skipped    integer not null,
    failed     integer not null,                -- requests without a usable answer
    reasons    text not null,                   -- JSON {reason: count}, in words
    primary key (run, outlet)
);
create index visits_outlet on visits (outlet, run);
"""

CONCLUSIONS = """
-- The articles that the merge has taken, one row a version.
create table merged (
    seq   integer primary key references articles(seq),
    rules text not null                         -- the numbers of all rules that judged it
);

create table credits (
    article     text not null,
    version     integer not null,
    n           integer not null,               -- 1, 2 ... in the order of the page
    org         text,                           -- id in agencies.toml; null: unnamed, or not in it
    name        text,                           -- as printed; null: a dateline of only a place
    place       text,
    role        text not null,
    relation    text not null,
    count_known integer not null,
    place_on_page text not null,                -- byline | start | end | caption | meta | body
    words       text not null,
    name_start  integer not null,
    name_end    integer not null,
    via         text,
    rules       integer not null,
    primary key (article, version, n),
    foreign key (article, version) references articles(id, version)
);
create index credits_org on credits (org, relation);

-- Two articles that share text; a arrived first.
create table copies (
    a         text not null,
    b         text not null,
    share_a   real not null,                    -- of a's words that stand in b, 0 to 1
    share_b   real not null,
    kind      text not null,                    -- identical | cut | extended | mixed | update | partial
    direction text not null,                    -- a->b | b->a | unknown
    certainty text not null,                    -- certain | likely | unknown
    reasons   text not null,                    -- JSON list, in plain words
    spans     text not null,                    -- JSON list of [first word in a, first word in b, words]
    rules     integer not null,
    primary key (a, b)
);
create index copies_b on copies (b);

-- What the index of copies is made of: every merged version, its sampled shingles.
create table fingerprints (
    seq       integer primary key,              -- articles.seq
    first     integer not null,                 -- seq of the article's first version: its place in the order of arrival
    outlet    text not null,
    arrived   integer not null,                 -- of the first version, seconds since 1970 UTC
    credits   text not null,                    -- organisations whose text it says it prints, parted by blanks
    hashes    blob not null,                    -- 64-bit little-endian numbers, sorted
    rules     integer not null
);

-- Reports of one event. An id is the first article's and outlives the rules.
create table stories (
    id       text primary key,
    opened   text not null,                     -- arrival of its first article
    updated  text not null,                     -- arrival of its last one
    articles integer not null,                  -- how many
    least    integer not null,                  -- independent sources: at least
    most     integer,                           -- at most; null: not known
    follows  text,                              -- the story it takes up on a later day; null: none
    rules    integer not null
);
create index stories_updated on stories (updated);

create table story_articles (
    article text primary key,                   -- articles.id
    story   text not null references stories(id),
    seq     integer not null                    -- arrival of the article's first version
);
create index story_articles_story on story_articles (story, seq);

-- What the merge keeps in mind of the articles of open stories; rows go when their story closes.
create table open_articles (
    article text primary key,
    story   text not null,
    seq     integer not null,
    arrived text not null,
    moment  text,                               -- when published, no later than it arrived; null: not stated
    terms   blob not null,                      -- uint32 each, ascending: hashes of its words
    weights blob not null                       -- uint16 each: what they weighed when it arrived
);
create index open_articles_story on open_articles (story);
create index open_articles_seq on open_articles (seq);

create index story_articles_seq on story_articles (seq);

create table origins (
    story    text not null references stories(id),
    n        integer not null,
    key      text not null,                     -- organisation or outlet id, name:<name>, unnamed:<n>
    name     text not null,
    articles text not null,                     -- JSON list of ids, in order of arrival
    reasons  text not null,                     -- JSON list, in plain words
    least    integer not null,
    most     integer,                           -- null: not known
    rules    integer not null,
    primary key (story, n)
);
create index origins_key on origins (key, name);

-- Where a story went that was merged into another or split. Outlives the rules.
create table story_forwards (
    old  text primary key,
    new  text not null,
    why  text not null
);
"""

PUBLICATIONS = """
-- What readers were given: outlives the rules.
-- How far each feed has been written.
create table feeds (
    name     text primary key,
    through  integer not null,                  -- merged.seq: the last arrival that it took into account
    terms    text not null,                     -- which items it wants; others: it begins anew
    made_by  text not null,                     -- rules and settings that made its bytes; others: all is made again
    revision integer not null                   -- grows with every change
);

-- An item of a feed. Never taken out: a reader may hold it.
create table publications (
    feed     text not null references feeds(name),
    unit     text not null,                     -- stories.id, articles.id, or articles.id@version in `corrections`
    n        integer not null,                  -- 1, 2 ... in the order of entering: archived pages are cut by it
    since    text not null,                     -- what is printed as its publication; never moves
    updated  text not null,                     -- what is printed as its last change
    revision integer not null,                  -- of the feed when it last changed
    digest   text not null,                     -- of the item as last written
    primary key (feed, unit)
);
create unique index publications_order on publications (feed, n);
create index publications_changed on publications (feed, updated, n);

-- What a reader holds who shows this tag, for deltas (RFC 3229).
create table feed_states (
    feed     text not null references feeds(name),
    state    text not null,                     -- the entity tag without the format
    revision integer not null,
    primary key (feed, state)
);
"""

NAMES = """
alter table templates rename to layouts;
alter table lessons rename to layout_samples;
alter table layout_samples rename column told to sample;
alter table pages rename column template to layout;
alter table feeds rename column through to seen_seq;
alter table feeds rename column terms to filter_digest;
alter table feeds rename column made_by to render_digest;
"""

PUBLISHED_BY = """
alter table articles add column published_by text not null default '[]';  -- JSON list: what the page calls its site
"""

SAID_OF_ITSELF = """
alter table articles add column organisations text not null default '[]';  -- JSON list: bodies that it names as authors
alter table articles add column zone integer;  -- minutes from UTC that it gives published in; null: it names no zone
alter table articles add column incomplete integer not null default 0;  -- its text goes on on another page
"""


UNATTENDED = """
-- What an origin's robots.txt said, so that it is asked for once a day. Overwritten.
create table robots (
    origin  text primary key,                   -- host and port
    body    blob not null,                      -- empty: it allows all
    fetched text not null
);

-- What each feed, sitemap and listing last gave. Overwritten.
create table sources (
    url      text primary key,
    outlet   text not null,
    kind     text not null,                     -- feed | sitemap | listing
    asked    text not null,                     -- last
    verdict  text not null,                     -- works, or in words why it announced nothing
    since    text not null,                     -- the first visit of those in a row that ended so
    visits   integer not null,                  -- how many those were
    worked   text,                              -- when it last announced articles; null: never
    moved_to text,                              -- where a permanent redirect leads; null: nowhere
    gone     text                               -- since when it answers 410; null: it does not
);
create index sources_outlet on sources (outlet);
"""


GROUNDS = """
alter table credits add column kind text;                             -- of what the text itself shows; null: a sourcing line
alter table articles add column labels text not null default '[]';    -- JSON list: what the page calls the text
alter table articles add column imprint text;                         -- the page's copyright line; null: none
"""


CARRIERS = """
alter table origins add column carriers text not null default '[]';     -- JSON list: who rests on it, by which steps
"""


REGROUPING = """
-- What the merge keeps in mind of the articles of open stories; rows go when their story closes. What an older version
-- kept says nothing of neighbours: its stories count as closed.
drop table open_articles;
create table open_articles (
    article    text primary key,
    story      text not null,
    seq        integer not null,
    arrived    integer not null,                -- this and the next two: seconds since 1970 UTC
    earliest   integer,                         -- when it may have come out; null: not stated
    latest     integer,
    words      integer not null,
    terms      blob not null,                   -- uint32 each, ascending: hashes of its words
    weights    blob not null,                   -- uint16 each: what they weighed when it arrived
    neighbours blob not null,                   -- uint32 each: seq of the articles that were nearest when it arrived
    cosines    blob not null,                   -- uint16 each: how near
    nearest    blob not null                    -- five uint16: the greatest cosines until now
);
create index open_articles_story on open_articles (story);
create index open_articles_seq on open_articles (seq);

-- In how many articles of a language a word stood. Only grows.
create table document_counts (
    language text not null,                     -- "": not stated
    term     integer not null,                  -- hash of the word; -1: all articles of the language
    articles integer not null,
    primary key (language, term)
) without rowid;

-- articles.seq of the arrival at which articles came to a story from another, or left it; 0: never
alter table stories add column moved integer not null default 0;
create index stories_moved on stories (moved);
"""


WORDS = """
-- The words of every version, ready for full-text search (FTS5): see aggregator/search. Its rowid is articles.seq. It keeps
-- no texts (they stand in articles) and can be made again from them.
create virtual table article_words using fts5(
    headline, text, credits, authors, headline_stems, text_stems, content='', tokenize='ascii'
);
-- By which rules the words were cut; no row: nothing is indexed yet.
create table article_words_rules (rules integer not null);

-- What every table, view and column holds: storage/documentation.toml.
create table documentation (
    object text not null,
    part   text not null,                       -- a column; '': the table or view itself
    holds  text not null,
    primary key (object, part)
);
"""


REVISIONS = """
-- Of which kinds the changes of each later version are, and whether one is of substance: see aggregator/revisions.
create table revisions (
    seq       integer primary key,              -- articles.seq of the changed version
    article   text not null,
    version   integer not null,                 -- 2, 3 ...
    substance integer not null,                 -- 0: only typography, a time stamp, a byline, a caption, the order
    kinds     text not null,                    -- JSON list
    rules     integer not null,
    unique (article, version)
);
"""


WATCHES = """
-- How far each watch of watches.toml has been judged.
create table watches (
    name     text primary key,
    digest   text not null,                     -- of its terms: with others it begins anew
    rules    text not null,                     -- numbers of the rules that the stories were judged by then
    seen_seq integer not null                   -- articles.seq up to which it has been judged
);
-- The stories that a watch has found, each by the article that it was named after then: stories are joined and split,
-- articles stay.
create table watch_stories (
    watch   text not null,
    unit    text not null,                      -- articles.id
    least   integer not null,                   -- sure independent sources when it was last judged
    highest integer not null,                   -- and the most there ever were
    primary key (watch, unit)
) without rowid;
-- What people are to be told: facts, each once.
create table alerts (
    id     integer primary key,
    watch  text not null,
    event  text not null,                       -- new | second | fell | dispute | correction | silent
    unit   text not null,                       -- articles.id, that with @version, or an outlet
    number integer not null,                    -- fell: sources left; silent: articles.seq of the last it gave; else 0
    found  text not null,                       -- when
    title  text not null,
    words  text not null,
    unique (watch, event, unit, number)
);
-- Whom each alert is for. That a telling begins is written down before it does: who is killed amid it does not tell again.
create table tellings (
    alert   integer not null references alerts(id),
    target  text not null,                      -- name of an address, or "=command": never the address itself
    begun   text,                               -- when; null: it waits
    outcome text,                               -- told | failed | unknown (killed amid it); null: under way
    primary key (alert, target)
) without rowid;
"""

DECISIONS = """
-- What people decided against the machine: facts, never edited. What one undoes is named by a later one.
create table decisions (
    n         integer primary key,              -- 1, 2 ...
    moment    text not null,
    who       text not null,
    why       text,                             -- null: a note needs none
    verb      text not null,                    -- join | split | text-of | strike | not-independent | note | undo
    story     text,                             -- stories.id then: the one that stays, or that it is about; null: none yet
    articles  text not null,                    -- JSON list: the articles that it speaks of
    others    text not null,                    -- JSON list: of a split those that stay
    source    text,                             -- of a credit or an origin: organisation or outlet id, or its name
    name      text,                             -- the source to print
    role      text,                             -- text-of: what the source is, as in credits.role
    words     text,                             -- of a note
    undoes    integer references decisions(n),
    overruled text                              -- which rule of the machine it corrects; null: none
);
create trigger decisions_stay before update on decisions begin select raise(abort, 'a decision is never edited'); end;
create trigger decisions_last before delete on decisions begin select raise(abort, 'a decision is kept for ever'); end;
create table decision_articles (
    article  text not null,
    decision integer not null references decisions(n),
    primary key (article, decision)
) without rowid;
-- The decisions that another one undid, as far as that one is not undone itself.
create table undone (n integer primary key references decisions(n));

-- The machine's stories where people decided otherwise, so that an undoing finds them: `stories` has what people decided.
create table set_aside_stories (
    id      text primary key,
    opened  text not null,
    updated text not null,
    follows text,
    rules   integer not null,
    moved   integer not null
);
create table set_aside_articles (
    article text primary key,
    story   text not null
);
create index set_aside_articles_story on set_aside_articles (story);

alter table credits add column decision integer;                      -- decisions.n; null: the machine's reading
create index credits_decision on credits (decision) where decision is not null;
-- The machine's credits that a person struck, so that an undoing finds them.
create table struck_credits (
    article       text not null,
    version       integer not null,
    n             integer not null,
    org           text,
    name          text,
    place         text,
    role          text not null,
    relation      text not null,
    count_known   integer not null,
    place_on_page text not null,
    words         text not null,
    name_start    integer not null,
    name_end      integer not null,
    via           text,
    kind          text,
    rules         integer not null,
    decision      integer not null,             -- decisions.n
    primary key (article, version, n)
);
alter table story_articles add column nearest text;  -- the article that it was most like when it arrived; null: none
alter table stories add column decided integer not null default 0;    -- decisions.n that last changed it; 0: none
create index stories_decided on stories (decided) where decided > 0;
alter table feeds add column seen_decision integer not null default 0;
alter table watches add column seen_decision integer not null default 0;
"""

DISPUTES = """
-- Who said what in which article, and how he stands to it: see aggregator/statements.
create table statements (
    article     text not null,                  -- articles.id
    version     integer not null,
    n           integer not null,               -- 1, 2 ... in the order of the text
    speaker     text not null,                  -- as the text calls him
    stance      text not null,                  -- claims | confirms | denies | rebuts | retracts | says
    place       text,                           -- outlet | post | press conference | interview | statement; null: not said
    place_words text,                           -- the words that say so
    verb        text not null,                  -- as printed
    words       text not null,                  -- the sentence
    rules       integer not null,
    primary key (article, version, n)
) without rowid;
-- How many killed and injured a version counts in its first sentences.
create table figures (
    article text not null,
    version integer not null,
    kind    text not null,                      -- killed | injured
    number  integer not null,
    least   integer not null,                   -- 1: "at least"
    words   text not null,
    rules   integer not null,
    primary key (article, version, kind)
) without rowid;
-- What in a story contradicts what.
create table disputes (
    story   text not null,
    n       integer not null,
    kind    text not null,                      -- statement | figures
    article text,
    other   text,                               -- figures: the other article; null: a statement
    summary text not null,                      -- who and how; the two figures and whose they are
    words   text not null,
    rules   integer not null,
    primary key (story, n)
) without rowid;
alter table watch_stories add column disputed integer not null default 0;  -- 1: it was disputed when last judged, or before
"""

HISTORY = """
-- A row for each second in which something changed what readers see, with how far everything had come by then.
create table epochs (
    n        integer primary key,               -- 1, 2 ...
    moment   text not null,                     -- when the transaction began
    merged   integer not null default 0,        -- articles.seq: the last that was judged
    page     integer not null default 0,        -- pages.seq
    run      integer not null default 0,        -- runs.id
    decision integer not null default 0,        -- decisions.n
    again    integer not null default 0         -- 1: all conclusions were dropped and made anew
);
create index epochs_moment on epochs (moment);
"""


@steps()
def facts(db: Database) -> None:
    """Stations 3 and 4, and what each run gave."""
    run_script(db, FACTS)
    db.table("articles").enable_fts(
        ["headline", "standfirst", "body"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )


@steps()
def conclusions(db: Database) -> None:
    """Stations 5 and 6."""
    run_script(db, CONCLUSIONS)


@steps()
def publications(db: Database) -> None:
    """Station 7."""
    run_script(db, PUBLICATIONS)


@steps()
def names(db: Database) -> None:
    """The field's words: layouts (once templates), their samples (lessons), and what a feed's row remembers."""
    run_script(db, NAMES)


@steps()
def published_by(db: Database) -> None:
    """What a page calls its site: the credit reader tells by it which name is the publisher's own."""
    run_script(db, PUBLISHED_BY)


@steps()
def said_of_itself(db: Database) -> None:
    """Bodies beside the persons who wrote it, the zone of its date, and whether its text goes on elsewhere."""
    run_script(db, SAID_OF_ITSELF)


@steps()
def unattended(db: Database) -> None:
    """What a crawl that runs for years remembers of hosts and sources."""
    run_script(db, UNATTENDED)


@steps()
def grounds(db: Database) -> None:
    """What a text shows of its own work, what its page calls it, and whose the page is."""
    run_script(db, GROUNDS)


@steps()
def regrouping(db: Database) -> None:
    """What stories are put together anew from: neighbours of open articles, and counts of words that are kept for ever."""
    run_script(db, REGROUPING)


@steps()
def words(db: Database) -> None:
    """Search in every language in the place of SQLite's own cutting of words; documentation in the database."""
    db.table("articles").disable_fts()
    run_script(db, WORDS)


@steps()
def visits_by_time(db: Database) -> None:
    """Which visit of an outlet was the last before a moment: asked for every article without a date."""
    db.execute("create index runs_ended on runs (ended)")


@steps()
def revisions(db: Database) -> None:
    """What outlets changed, told by kind; the merge fills it, also for versions of before."""
    run_script(db, REVISIONS)


@steps()
def carriers(db: Database) -> None:
    """By which steps each article rests on an origin."""
    run_script(db, CARRIERS)


@steps()
def watches(db: Database) -> None:
    """What staff are told of, and whether they were."""
    run_script(db, WATCHES)


@steps()
def decisions(db: Database) -> None:
    """Staff's word above the machine's, and what it sets aside."""
    run_script(db, DECISIONS)


@steps()
def disputes(db: Database) -> None:
    """Statements with their stances, figures, and what of a story is disputed."""
    run_script(db, DISPUTES)


@steps()
def history(db: Database) -> None:
    """What was known when. What was there before this step is known since now."""
    run_script(db, HISTORY)
    epochs.keep(db)
    epochs.begin(db)
    epochs.end(db)


@steps()
def history_of_revisions(db: Database) -> None:
    """What is said of changes is kept as it was, too: `merge --again` says it anew."""
    epochs.keep(db)


@steps()
def profiles(db: Database) -> None:
    """What an outlet did over time, told without reading its texts (some 60 bytes an article more); the later days of a story."""
    db.execute("drop index articles_outlet")
    db.execute("create index articles_outlet on articles (outlet, fetched, version, id, published)")
    db.execute("create index stories_follows on stories (follows) where follows is not null")


@steps()
def sentences(db: Database) -> None:
    """Where in its text a statement stands."""
    db.execute(
        "alter table statements add column head integer not null default 0"
    )  # 1: in the headline or the standfirst
    db.execute("alter table statements add column sentence integer")  # its number in the text; null: stored before
    epochs.keep(db)


def run_script(db: Database, sql: str) -> None:
    """Execute each statement inside the open transaction (``executescript`` would commit it first)."""
    statement = ""
    for line in sql.splitlines():
        code = line.split("--")[0].rstrip()
        if not code.strip() and not statement:
            continue
        statement += line + "\n"
        if code.endswith(";"):
            db.execute(statement)
            statement = ""
