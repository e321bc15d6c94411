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
