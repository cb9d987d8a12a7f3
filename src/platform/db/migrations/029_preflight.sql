-- What was found out about mails before they left, and about the pages they lead to.
create table edition_checks (
  edition_id bigint primary key references editions on delete cascade,
  checks jsonb not null default '[]',
  checked_at timestamptz not null,
  -- An editor has seen what is wrong, and it goes out all the same.
  overruled boolean not null default false
);

-- Of a digest that has not left, as it stood on the desk.
create table digest_checks (
  newsletter_id integer not null references newsletters on delete cascade,
  on_date date not null,
  nth integer not null,
  checks jsonb not null,
  checked_at timestamptz not null,
  primary key (newsletter_id, on_date, nth)
);
create index digest_checks_looked on digest_checks (checked_at);

-- What addresses answered lately, so that editions which share them ask once.
create table link_answers (
  -- Of the address: it may be longer than an index takes.
  key bytea primary key,
  url text not null,
  dead boolean not null,
  -- There is no such page, says its server.
  gone boolean not null,
  says text not null,
  asked_at timestamptz not null
);
create index link_answers_asked on link_answers (asked_at);

alter table editions drop constraint editions_paused_by_check,
  add constraint editions_paused_by_check check (paused_by in ('person', 'relay', 'policy', 'preflight'));
