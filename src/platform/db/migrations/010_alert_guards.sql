-- What an alert asks of its readers' patience: hours in which it waits or is left out, and how many a day are enough.
alter table newsletters
  add column quiet_from time,
  add column quiet_until time,
  add column quiet_rule text not null default 'after' check (quiet_rule in ('after', 'drop')),
  add column alerts_per_day integer check (alerts_per_day between 1 and 100),
  add column canary boolean not null default true,
  add check ((quiet_from is null) = (quiet_until is null));

-- While it is set, only staff are mailed. Above so many readers a release asks for the password again.
alter table brand
  add column rehearsal boolean not null default false,
  add column confirm_above integer not null default 10000 check (confirm_above >= 0);

-- The newsroom's own inboxes at the large mailbox providers: they get an alert before anybody else.
alter table subscriptions add column seed boolean not null default false;
create index subscriptions_seeds on subscriptions (newsletter_id) where seed;

alter table editions
  add column rehearsal boolean not null default false,
  add column over_quiet boolean not null default false,
  add column over_cap boolean not null default false,
  -- `wanted` → `out` → `passed` | `held`; null where everybody gets it at once.
  add column canary text check (canary in ('wanted', 'out', 'passed', 'held')),
  add column canary_at timestamptz,
  -- A correction goes to exactly those who were sent this edition, and says what was wrong in it.
  add column corrects bigint references editions,
  -- All that are put right by it, the oldest first: whoever has any of them gets it.
  add column chain bigint[] not null default '{}',
  add column wrong text,
  add check (corrects is null or kind = 'alert');
create index editions_corrections on editions (corrects) where corrects is not null;
-- The alerts of the last day: what the cap counts, and what the desk shows.
create index editions_alerts on editions (as_of) where kind = 'alert';

-- What pages show without counting: a million rows take longer than anybody should wait for a page.
create table reader_stock (
  newsletter_id integer not null references newsletters on delete cascade,
  topic_set_id integer not null references topic_sets,
  time_zone text not null,
  readers integer not null,
  primary key (newsletter_id, topic_set_id, time_zone)
);
create table reader_days (
  newsletter_id integer not null references newsletters on delete cascade,
  day date not null,
  readers integer not null,
  primary key (newsletter_id, day)
);
alter table newsletters add column readers_counted_at timestamptz;

alter table editions
  -- The ledger's sums as they were at `counted_at`, and how long that took; the report once nothing more will come.
  add column counts jsonb,
  add column counted_at timestamptz,
  add column counting_ms integer not null default 0,
  add column report jsonb;
create index editions_unreported on editions (id) where status in ('sent', 'cancelled') and report is null;
create index feedback_events_applied on feedback_events (applied_at);
create index editions_finished on editions (finished_at) where finished_at is not null;
-- By the database's own clock, as what is settled is: how long readers waited is counted from here.
alter table editions add column begun_at timestamptz;

-- What somebody looks for among a million deliveries: those that were not accepted.
create index deliveries_unaccepted on deliveries (edition_id, state, subscriber_id)
  where state in ('failed', 'uncertain', 'skipped');

create index audit_log_by_who on audit_log (who, id);
