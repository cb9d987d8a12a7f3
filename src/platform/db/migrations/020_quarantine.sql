-- What a source offers and nobody can use, so that an editor sees what is missing and why.
create table quarantine (
  source_id integer not null references sources on delete cascade,
  -- A hash of its id, else its address, else its headline: by what it is known at the next poll.
  key text not null,
  external_id text,
  url text,
  canonical_url text,
  headline text,
  reason text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  times integer not null default 1,
  primary key (source_id, key)
);
create index quarantine_by_age on quarantine (last_seen_at);

-- Why an edition goes without an article that it could not lay out; null for all others.
alter table edition_articles add column left_out text;
create index edition_articles_left_out on edition_articles (edition_id) where left_out is not null;
