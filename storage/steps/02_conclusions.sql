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
