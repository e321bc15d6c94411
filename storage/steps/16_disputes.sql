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
