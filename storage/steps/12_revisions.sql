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
