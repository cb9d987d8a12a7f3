-- Keys of articles fold scheme and www from now on. Where two articles would meet under one key, both stay as they are.
update articles a set canonical_url = k.key
from (
  select distinct on (key) id, key from (
    select id, 'https://' || regexp_replace(canonical_url, '^https?://(www\.)?', '') as key from articles) f
  where not exists (select from articles o where o.canonical_url = f.key) order by key, id) k
where a.id = k.id;

-- Articles and updates about one event. An article from before this, and a backlog, is in none.
create table stories (
  id bigint generated always as identity primary key,
  opened_at timestamptz not null
);

alter table articles
  add column story_id bigint references stories,
  -- Embargo: nobody is shown it before.
  add column publish_after timestamptz,
  drop column available_at;
alter table articles
  -- When digests may first carry it. The backlog a new feed brings stays in the past.
  add column available_at timestamptz not null generated always as (
    greatest(publish_after, case when source_id is null or first_seen_at - published_at < interval '48 hours'
      then greatest(published_at, first_seen_at) else published_at end)) stored;
create index articles_available on articles (available_at) where withdrawn_at is null;
create index articles_revised on articles (revised_at) where withdrawn_at is null and revised_at is not null;
create index articles_of_story on articles (story_id) where story_id is not null;

-- Which articles of late hold a word, so that what is about the same is found without reading them all. The word is a
-- hash of its stem; rows leave when they are too old to be compared with.
create table story_words (
  word integer not null,
  at timestamptz not null,
  article_id bigint not null references articles on delete cascade,
  story_id bigint not null,
  primary key (word, at, article_id)
);
create index story_words_of_article on story_words (article_id);
create index story_words_by_age on story_words (at);

-- The same articles are another mail for readers who had an earlier version of some of them.
alter table edition_variants
  add column updated_ids bigint[] not null default '{}',
  drop constraint edition_variants_edition_id_article_ids_key,
  add unique (edition_id, article_ids, updated_ids);
