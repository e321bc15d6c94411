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
