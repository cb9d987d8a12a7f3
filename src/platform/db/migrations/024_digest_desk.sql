-- What editors decided of a digest before it leaves: one row for each issue, which is a local date, the same for readers
-- in every zone, and which one of that date.
create table digest_plans (
  newsletter_id integer not null references newsletters on delete cascade,
  on_date date not null,
  nth smallint not null default 1,
  -- Go to every reader, whatever their topics.
  pinned bigint[] not null default '{}',
  -- Come first, in this order; all others follow, the newest first.
  placed bigint[] not null default '{}',
  -- Left out, and with them what else tells of the same event.
  dropped bigint[] not null default '{}',
  intro text,
  subject text,
  preheader text,
  -- Rises with each change of the words, so that mails of two wordings are two variants.
  wording integer not null default 0,
  held_at timestamptz,
  -- An editor did not wait for its time.
  sent_at timestamptz,
  changed_at timestamptz not null,
  primary key (newsletter_id, on_date, nth)
);

alter table newsletters
  -- With fewer articles a reader gets no mail, and has them still to come.
  add column min_articles smallint not null default 1,
  -- So many of one section are shown in full, the others as links; null is no limit.
  add column section_limit smallint,
  -- Null: the lead story's headline, and the one of the story below it.
  add column subject_template text,
  add column preheader_template text;

-- Readers with the same articles whose issues have other words do not share a mail. '' where nobody wrote any.
alter table edition_variants
  add column wording text not null default '',
  drop constraint edition_variants_edition_id_article_ids_updated_ids_key,
  add unique (edition_id, article_ids, updated_ids, wording);
