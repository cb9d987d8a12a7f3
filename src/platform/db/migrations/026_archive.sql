-- Whether search engines are asked to leave its editions out.
alter table newsletters add column noindex boolean not null default false;

-- What the archive lists: editions that went out, as they may be shown today. Kept by triggers, so that an article that is
-- withdrawn is gone from every list and every search in the same moment, whoever withdrew it.
create table archive_entries (
  edition_id bigint primary key references editions on delete cascade,
  newsletter_id integer not null references newsletters,
  -- The fullest: looked for once, since an edition may have thousands.
  variant_id integer not null,
  as_of timestamptz not null,
  -- Null: its own words may not be shown any more, the newsletter's name stands for them.
  title text,
  summary text not null,
  image_url text,
  words tsvector not null,
  -- When one of its articles was last put right or withdrawn; null when all is as it was sent.
  changed_at timestamptz
);
create index archive_entries_by_date on archive_entries (as_of desc, edition_id desc);
create index archive_entries_of_newsletter on archive_entries (newsletter_id, as_of desc, edition_id desc);
create index archive_entries_by_word on archive_entries using gin (words);

-- Without accents and vowel signs, and however a letter is composed: `archive-store.ts` does the same to what is looked for.
create function archive_words(given text) returns tsvector language sql immutable parallel safe as $$
  select strip(to_tsvector('simple', regexp_replace(normalize(given, NFKD), '[\u0300-\u036f\u064b-\u0652]', '', 'g')))
$$;

create function keep_in_archive(ids bigint[]) returns void language sql as $$
  insert into archive_entries as kept (edition_id, newsletter_id, variant_id, as_of, title, summary, image_url, words, changed_at)
  select e.id, e.newsletter_id, v.id, e.as_of, s.title, left(s.summary, 300), t.image_url,
    archive_words(left(concat_ws(' ', s.title, s.summary, t.told), 200000)), t.changed_at
  from editions e
  left join archive_entries k on k.edition_id = e.id
  join edition_variants v on v.edition_id = e.id and v.id = coalesce(k.variant_id, (
    select f.id from edition_variants f where f.edition_id = e.id order by cardinality(f.article_ids) desc, f.id limit 1))
  cross join lateral (
    select string_agg(a.headline || ' ' || a.standfirst, ' ') filter (where a.withdrawn_at is null) as told,
      (array_agg(a.headline order by w.place) filter (where a.withdrawn_at is null))[2:4] as others,
      (array_agg(a.standfirst order by w.place) filter (where a.withdrawn_at is null))[1] as standfirst,
      (array_agg(a.image_url order by w.place) filter (where a.withdrawn_at is null and a.image_url is not null))[1] as image_url,
      bool_or(a.withdrawn_at is not null) as withdrawn,
      max(greatest(a.withdrawn_at, case when a.revision > ea.revision then a.revised_at end)) as changed_at
    from unnest(v.article_ids) with ordinality w (id, place) join articles a on a.id = w.id
    left join edition_articles ea on ea.edition_id = e.id and ea.article_id = a.id) t
  -- The subject is a headline's, as a rule, and goes with it.
  left join lateral (
    select r.headline as said, case when a.withdrawn_at is null then a.headline end as stands
    from unnest(v.article_ids) w (id) join articles a on a.id = w.id
    left join edition_articles ea on ea.edition_id = e.id and ea.article_id = a.id
    join article_revisions r on r.article_id = a.id and r.revision = coalesce(ea.revision, e.article_revision)
    where (a.withdrawn_at is not null or a.revision > r.revision) and position(r.headline in v.subject) > 0
      and (e.kind = 'digest' or a.withdrawn_at is not null)
    order by a.withdrawn_at is null limit 1) c on true
  cross join lateral (
    select case when c.said is null then v.subject else replace(v.subject, c.said, c.stands) end as title,
      case when e.kind = 'digest' then coalesce(nullif(array_to_string(t.others, ' · '), ''), t.standfirst, '')
        when t.withdrawn then '' else coalesce(e.body, '') end as summary) s
  where e.id = any (ids)
  on conflict (edition_id) do update set title = excluded.title, summary = excluded.summary, image_url = excluded.image_url,
    words = excluded.words, changed_at = excluded.changed_at
$$;

create function edition_is_sent() returns trigger language plpgsql as $$
begin perform keep_in_archive(array[new.id]); return null; end $$;
create trigger editions_into_archive after update of status on editions for each row
  when (new.status = 'sent' and old.status <> 'sent' and not new.rehearsal) execute function edition_is_sent();

create function archived_article_changed() returns trigger language plpgsql as $$
begin
  perform keep_in_archive(array(
    select k.edition_id from archive_entries k join edition_articles ea on ea.edition_id = k.edition_id where ea.article_id = new.id
    union select k.edition_id from archive_entries k join editions e on e.id = k.edition_id where e.article_id = new.id));
  return null;
end $$;
create trigger articles_into_archive after update on articles for each row
  when ((old.headline, old.standfirst, old.revision, old.image_url, old.withdrawn_at)
    is distinct from (new.headline, new.standfirst, new.revision, new.image_url, new.withdrawn_at))
  execute function archived_article_changed();

select keep_in_archive(array(select id from editions where status = 'sent' and not rehearsal));
