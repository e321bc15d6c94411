-- What people decided against the machine: facts, never edited. What one undoes is named by a later one.
create table decisions (
    n         integer primary key,              -- 1, 2 ...
    moment    text not null,
    who       text not null,
    why       text,                             -- null: a note needs none
    verb      text not null,                    -- join | split | text-of | strike | not-independent | note | undo
    story     text,                             -- stories.id then: the one that stays, or that it is about; null: none yet
    articles  text not null,                    -- JSON list: the articles that it speaks of
    others    text not null,                    -- JSON list: of a split those that stay
    source    text,                             -- of a credit or an origin: organisation or outlet id, or its name
    name      text,                             -- the source to print
    role      text,                             -- text-of: what the source is, as in credits.role
    words     text,                             -- of a note
    undoes    integer references decisions(n),
    overruled text                              -- which rule of the machine it corrects; null: none
);
create trigger decisions_stay before update on decisions begin select raise(abort, 'a decision is never edited'); end;
create trigger decisions_last before delete on decisions begin select raise(abort, 'a decision is kept for ever'); end;
create table decision_articles (
    article  text not null,
    decision integer not null references decisions(n),
    primary key (article, decision)
) without rowid;
-- The decisions that another one undid, as far as that one is not undone itself.
create table undone (n integer primary key references decisions(n));

-- The machine's stories where people decided otherwise, so that an undoing finds them: `stories` has what people decided.
create table set_aside_stories (
    id      text primary key,
    opened  text not null,
    updated text not null,
    follows text,
    rules   integer not null,
    moved   integer not null
);
create table set_aside_articles (
    article text primary key,
    story   text not null
);
create index set_aside_articles_story on set_aside_articles (story);

alter table credits add column decision integer;                      -- decisions.n; null: the machine's reading
create index credits_decision on credits (decision) where decision is not null;
-- The machine's credits that a person struck, so that an undoing finds them.
create table struck_credits (
    article       text not null,
    version       integer not null,
    n             integer not null,
    org           text,
    name          text,
    place         text,
    role          text not null,
    relation      text not null,
    count_known   integer not null,
    place_on_page text not null,
    words         text not null,
    name_start    integer not null,
    name_end      integer not null,
    via           text,
    kind          text,
    rules         integer not null,
    decision      integer not null,             -- decisions.n
    primary key (article, version, n)
);
alter table story_articles add column nearest text;  -- the article that it was most like when it arrived; null: none
alter table stories add column decided integer not null default 0;    -- decisions.n that last changed it; 0: none
create index stories_decided on stories (decided) where decided > 0;
alter table feeds add column seen_decision integer not null default 0;
alter table watches add column seen_decision integer not null default 0;
