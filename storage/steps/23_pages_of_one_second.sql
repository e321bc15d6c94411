-- Archives know seconds: what was skipped at an address (a redirect to itself) and what was then read there are two facts.
create table pages_of_one_second (
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
    layout       integer                        -- layouts.number that it was read by; null: by the general reader
);
insert into pages_of_one_second
    select seq, url, outlet, fetched, status, content_type, archive, offset, outcome, reason, article, version, link, layout
    from pages order by seq;
drop table pages;
alter table pages_of_one_second rename to pages;
create index pages_article on pages (article);
create unique index pages_once on pages (url, fetched, outcome = 'skipped');
