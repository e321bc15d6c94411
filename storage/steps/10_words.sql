-- The words of every version, ready for full-text search (FTS5): see aggregator/search. Its rowid is articles.seq. It keeps
-- no texts (they stand in articles) and can be made again from them.
create virtual table article_words using fts5(
    headline, text, credits, authors, headline_stems, text_stems, content='', tokenize='ascii'
);
-- By which rules the words were cut; no row: nothing is indexed yet.
create table article_words_rules (rules integer not null);

-- What every table, view and column holds: storage/documentation.toml.
create table documentation (
    object text not null,
    part   text not null,                       -- a column; '': the table or view itself
    holds  text not null,
    primary key (object, part)
);
