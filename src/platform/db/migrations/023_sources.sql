-- Sources of two kinds, each read as often as it has news, and what their last polls came to.
alter table sources drop constraint if exists sources_kind_check;
alter table sources
  add constraint sources_kind check (kind in ('feed', 'wordpress')),
  -- Whose server it is: no two polls of one host at once.
  add column host text generated always as (lower(split_part(url, '/', 3))) stored,
  -- Of the last whole answer: many servers know no validators and send the same again.
  add column body_hash text,
  -- The feed's own word on how often to ask.
  add column ttl_seconds integer not null default 0,
  -- When it last brought an article that was new or changed.
  add column news_at timestamptz,
  -- WordPress: up to which change its posts have been read.
  add column read_until timestamptz,
  add column pace text check (pace in ('news', 'quiet', 'asked', 'failing', 'told')),
  add column last_ms integer,
  add column gone_at timestamptz,
  -- Where it leads for good, and in how many polls in a row it did.
  add column moving_to text,
  add column moving_times integer not null default 0,
  add column moved_from text,
  add column moved_at timestamptz;

update sources s set news_at = (
  select a.published_at from articles a where a.source_id = s.id order by a.published_at desc, a.id desc limit 1);

-- The last 20 of each source.
create table source_polls (
  id bigint generated always as identity primary key,
  source_id integer not null references sources on delete cascade,
  at timestamptz not null,
  outcome text not null check (outcome in ('news', 'same', 'failed', 'gone')),
  -- HTTP; null when there was no answer.
  status smallint,
  items integer not null default 0,
  fresh integer not null default 0,
  bytes integer not null default 0,
  ms integer not null
);
create index source_polls_latest on source_polls (source_id, id desc);

-- Hosts that are being asked at this moment. By the database's clock: workers' own may differ.
create table source_hosts (
  host text primary key,
  holder uuid not null,
  held_until timestamptz not null
);
