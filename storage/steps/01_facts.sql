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
