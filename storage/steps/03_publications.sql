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
