alter table articles add column organisations text not null default '[]';  -- JSON list: bodies that it names as authors
alter table articles add column zone integer;  -- minutes from UTC that it gives published in; null: it names no zone
alter table articles add column incomplete integer not null default 0;  -- its text goes on on another page
