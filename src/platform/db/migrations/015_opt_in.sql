-- What newsletters may ask for around a confirmation.
alter table newsletters
  add column reminder boolean not null default false,
  add column welcome boolean not null default false;

-- Which of a reader's wishes a confirmation link is for: counted up when the earlier one was confirmed, or given up.
alter table subscribers add column request integer not null default 0;

-- Mail about a subscription that is owed or was sent, beside confirmations: one row for each thing that may be told once.
create table account_mails (
  id bigint generated always as identity primary key,
  subscriber_id bigint not null references subscribers on delete cascade,
  kind text not null check (kind in ('reminder', 'welcome', 'my-link', 'new-address', 'old-address', 'goodbye')),
  -- The request of a reminder or a welcome, the change of an address, the newsletter left; 0 where there is only one.
  about bigint not null default 0,
  due_at timestamptz not null,
  settled_at timestamptz,
  sent_at timestamptz,
  unique (subscriber_id, kind, about)
);
create index account_mails_owed on account_mails (due_at) where settled_at is null;

-- Somebody typed an address to be sent a link. Written for every address alike, and gone as soon as it has been looked up.
create table link_requests (
  id bigint generated always as identity primary key,
  email_key text not null,
  wanted_at timestamptz not null
);

-- A change of address: asked for from the preferences, made from the new address, undone from the old one.
create table address_changes (
  id bigint generated always as identity primary key,
  subscriber_id bigint not null references subscribers on delete cascade,
  old_email text not null,
  old_key text not null,
  old_hash bytea not null,
  new_email text not null,
  new_key text not null,
  new_hash bytea not null,
  asked_at timestamptz not null,
  moved_at timestamptz,
  stopped_at timestamptz
);
create index address_changes_of_reader on address_changes (subscriber_id, asked_at);
create index address_changes_to on address_changes (new_key, asked_at);
create index address_changes_to_forget on address_changes (asked_at);
