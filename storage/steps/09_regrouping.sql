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
