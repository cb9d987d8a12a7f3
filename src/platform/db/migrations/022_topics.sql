-- What sources call their subjects, and which topics of ours those are.
alter table sources add column makes_topics boolean not null default true;

-- As names are compared: without case and accents.
alter table topics add column name_key text not null default '';
update topics set name_key = lower(name);
create index topics_by_name on topics (name_key, id);

create table topic_rules (
  id integer generated always as identity primary key,
  source_id integer not null references sources on delete cascade,
  kind text not null check (kind in ('category', 'section')),
  -- As an editor wrote it; `*` stands for anything.
  name text not null,
  key text not null,
  -- Null: names like this say nothing about a topic.
  topic_id integer references topics,
  created_at timestamptz not null,
  unique (source_id, kind, key)
);

-- Names no rule knows; at most a few hundred of each source.
create table topic_names (
  source_id integer not null references sources on delete cascade,
  kind text not null check (kind in ('category', 'section')),
  key text not null,
  name text not null,
  -- Articles that came with it.
  times integer not null,
  last_seen_at timestamptz not null,
  -- The newest of them, by its canonical address.
  article_url text not null,
  primary key (source_id, kind, key)
);

alter table articles
  -- The names it came with, as `kind:key`: a rule made later finds it by them.
  add column labels text[],
  -- Words a correction replaced, by field: they do not come back from a source that still says them.
  add column corrected jsonb;
create index articles_corrected on articles (source_id) where corrected is not null;
