alter table credits add column kind text;                             -- of what the text itself shows; null: a sourcing line
alter table articles add column labels text not null default '[]';    -- JSON list: what the page calls the text
alter table articles add column imprint text;                         -- the page's copyright line; null: none
