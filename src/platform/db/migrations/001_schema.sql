-- Words follow the glossary in README. Instants are timestamptz; `next_due_at` and `slot` are exact instants.

create table brand (
  only_row boolean primary key default true check (only_row),
  name text not null,
  accent text not null default '#b3261e' check (accent ~ '^#[0-9a-f]{6}$'),
  postal_address text not null,
  time_zone text not null default 'Europe/London',
  locale text not null default 'en'
);

create table newsletters (
  id integer generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (length(name) between 1 and 200),
  description text not null default '',
  kind text not null check (kind in ('digest', 'breaking')),
  send_at time not null default '07:00',
  lateness_minutes integer not null default 360 check (lateness_minutes between 1 and 1440),
  when_uncertain text not null check (when_uncertain in ('hold', 'resend')),
  from_name text,
  from_address text,
  reply_to text,
  active boolean not null default true,
  created_at timestamptz not null default now()
);

create table topics (
  id integer generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null
);

-- Distinct sets of topics, so that a million subscriptions share a few rows. Row 1 is the empty set: every topic.
create table topic_sets (
  id integer generated always as identity primary key,
  topic_ids integer[] not null unique
);

create table forms (
  id integer generated always as identity primary key,
  title text not null,
  button text not null default 'Sign up',
  consent_text text not null,
  version integer not null default 1,
  allowed_origins text[] not null default '{}',
  created_at timestamptz not null default now()
);

create table form_newsletters (
  form_id integer not null references forms on delete cascade,
  newsletter_id integer not null references newsletters,
  position integer not null default 0,
  primary key (form_id, newsletter_id)
);

create table subscribers (
  id bigint generated always as identity primary key,
  email text not null,
  email_key text not null unique,
  email_hash bytea not null,
  time_zone text not null,
  created_at timestamptz not null,
  -- A confirmation is owed while wanted is later than settled; the sweep finds what the queue lost.
  confirmation_wanted_at timestamptz,
  confirmation_settled_at timestamptz,
  confirmation_sent_at timestamptz
);
create index subscribers_owed_confirmation on subscribers (confirmation_wanted_at)
  where confirmation_wanted_at is not null and (confirmation_settled_at is null or confirmation_settled_at < confirmation_wanted_at);

create table subscriptions (
  id bigint generated always as identity primary key,
  subscriber_id bigint not null references subscribers on delete cascade,
  newsletter_id integer not null references newsletters,
  state text not null check (state in ('pending', 'active', 'unsubscribed')),
  topic_set_id integer not null default 1 references topic_sets,
  created_at timestamptz not null,
  activated_at timestamptz,
  ended_at timestamptz,
  next_due_at timestamptz,
  -- Articles up to this instant have been considered for this reader; null before the first edition.
  served_until timestamptz,
  -- The last date, in the reader's zone, that had its digest: moving zone never gives a date two.
  served_on date,
  unique (subscriber_id, newsletter_id),
  check (next_due_at is null or state = 'active')
);
create index subscriptions_due on subscriptions (newsletter_id, next_due_at, id) where state = 'active' and next_due_at is not null;
create index subscriptions_active on subscriptions (newsletter_id, id) where state = 'active';

-- Append-only: what was asked and what was answered. Rows leave only with their reader.
create table consent_events (
  id bigint generated always as identity primary key,
  subscriber_id bigint not null references subscribers on delete cascade,
  newsletter_id integer references newsletters,
  kind text not null check (kind in ('requested', 'confirmed', 'imported', 'unsubscribed', 'resubscribed', 'preferences')),
  method text not null,
  form_id integer,
  form_version integer,
  wording text,
  page_url text,
  ip_truncated text,
  user_agent text,
  at timestamptz not null
);
create index consent_events_of_reader on consent_events (subscriber_id, id);
create function refuse_rewriting() returns trigger language plpgsql as $$
begin raise exception 'consent_events is append-only'; end $$;
create trigger consent_events_append_only before update on consent_events
  for each row execute function refuse_rewriting();

create table sources (
  id integer generated always as identity primary key,
  kind text not null default 'feed' check (kind in ('feed')),
  url text not null unique,
  name text,
  active boolean not null default true,
  poll_seconds integer not null default 300 check (poll_seconds between 30 and 86400),
  next_poll_at timestamptz not null,
  etag text,
  last_modified text,
  polled_at timestamptz,
  failures integer not null default 0,
  error text,
  created_at timestamptz not null
);
create index sources_due on sources (next_poll_at) where active;

create table articles (
  id bigint generated always as identity primary key,
  source_id integer references sources,
  external_id text,
  url text not null,
  canonical_url text not null unique,
  headline text not null,
  standfirst text not null default '',
  byline text,
  topic_ids integer[] not null default '{}',
  image_url text,
  image_alt text,
  published_at timestamptz not null,
  first_seen_at timestamptz not null,
  -- When digests may first carry it. The backlog a new feed brings stays in the past.
  available_at timestamptz not null generated always as (
    case when source_id is null or first_seen_at - published_at < interval '48 hours'
    then greatest(published_at, first_seen_at) else published_at end) stored,
  revision integer not null default 1,
  revised_at timestamptz,
  correction_note text,
  withdrawn_at timestamptz
);
create unique index articles_by_external_id on articles (coalesce(source_id, 0), external_id) where external_id is not null;
create index articles_available on articles (available_at) where withdrawn_at is null;

create table article_revisions (
  article_id bigint not null references articles on delete cascade,
  revision integer not null,
  headline text not null,
  standfirst text not null,
  correction_note text,
  at timestamptz not null,
  primary key (article_id, revision)
);

create table editions (
  id bigint generated always as identity primary key,
  newsletter_id integer not null references newsletters,
  kind text not null check (kind in ('digest', 'alert')),
  status text not null check (status in ('draft', 'scheduled', 'assembling', 'sending', 'paused', 'sent', 'cancelled')),
  -- A digest's slot; null for an alert and for a digest an editor starts by hand.
  slot timestamptz,
  -- What articles and readers are judged by: the slot, or the instant of release.
  as_of timestamptz not null,
  late boolean not null default false,
  release_at timestamptz,
  article_id bigint references articles,
  article_revision integer,
  headline text,
  body text,
  url text,
  subject text,
  request_key text unique,
  audience integer not null default 0,
  chunks integer not null default 0,
  planned_after bigint not null default 0,
  planned_at timestamptz,
  problem text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create unique index editions_one_per_slot on editions (newsletter_id, slot) where slot is not null;
create index editions_open on editions (status) where status in ('scheduled', 'assembling', 'sending', 'paused');
create index editions_of_article on editions (article_id) where article_id is not null;

create table edition_variants (
  edition_id bigint not null references editions on delete cascade,
  id integer not null,
  article_ids bigint[] not null,
  subject text not null,
  html text not null,
  body_text text not null,
  primary key (edition_id, id),
  unique (edition_id, article_ids)
);

create table edition_articles (
  edition_id bigint not null references editions on delete cascade,
  article_id bigint not null references articles,
  revision integer not null,
  primary key (edition_id, article_id)
);

-- The ledger: one row per edition and reader. The primary key is promise 2.
create table deliveries (
  edition_id bigint not null,
  subscriber_id bigint not null,
  subscription_id bigint not null,
  variant_id integer,
  chunk integer not null,
  state text not null check (state in ('pending', 'sending', 'accepted', 'deferred', 'failed', 'uncertain', 'skipped')),
  reason text,
  attempts smallint not null default 0,
  next_attempt_at timestamptz,
  claimed_by text,
  claimed_at timestamptz,
  settled_at timestamptz,
  relay_reply text,
  bounced_at timestamptz,
  primary key (edition_id, subscriber_id)
) partition by range (edition_id);
create index deliveries_claimable on deliveries (edition_id, chunk, subscriber_id) where state in ('pending', 'deferred');
create index deliveries_claimed on deliveries (claimed_at) where state = 'sending';
create index deliveries_of_reader on deliveries (subscriber_id, edition_id desc);

-- Partitions of 1,000 editions, made ahead of need by upkeep: making one locks the table for a moment.
create function ensure_delivery_partitions(up_to bigint) returns void language plpgsql as $$
declare first bigint;
begin
  for first in select generate_series(0, up_to / 1000) * 1000 loop
    if to_regclass(format('deliveries_%s', first)) is null then
      execute format('create table deliveries_%s partition of deliveries for values from (%s) to (%s)', first, first, first + 1000);
    end if;
  end loop;
end $$;
select ensure_delivery_partitions(1999);

-- Claims of a worker that has not been seen for a while are a dead worker's.
create table workers (
  id text primary key,
  seen_at timestamptz not null
);

create table suppressions (
  email_hash bytea primary key,
  reason text not null,
  at timestamptz not null
);

create table feedback_events (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('bounce', 'complaint', 'unsubscribe')),
  edition_id bigint,
  subscriber_id bigint,
  status text,
  detail text,
  at timestamptz not null,
  applied_at timestamptz
);
create index feedback_events_waiting on feedback_events (id) where applied_at is null;

create table api_keys (
  id integer generated always as identity primary key,
  name text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table idempotency_keys (
  api_key_id integer not null references api_keys on delete cascade,
  key text not null,
  request_hash bytea not null,
  status integer,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (api_key_id, key)
);
