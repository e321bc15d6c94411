alter table templates rename to layouts;
alter table lessons rename to layout_samples;
alter table layout_samples rename column told to sample;
alter table pages rename column template to layout;
alter table feeds rename column through to seen_seq;
alter table feeds rename column terms to filter_digest;
alter table feeds rename column made_by to render_digest;
