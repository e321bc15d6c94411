alter table articles add column published_by text not null default '[]';  -- JSON list: what the page calls its site
