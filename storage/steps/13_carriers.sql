alter table origins add column carriers text not null default '[]';     -- JSON list: who rests on it, by which steps
