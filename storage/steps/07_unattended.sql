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
