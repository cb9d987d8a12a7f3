-- An alert is written, shown to somebody else where its newsletter asks for that, and released.
alter table newsletters add column needs_approval boolean not null default false;

alter table editions
  add column drafted_by integer references staff on delete set null,
  -- Whoever wrote any of it may not approve it.
  add column authors integer[] not null default '{}',
  -- Rises with each change: what is approved or released is the wording that was looked at, and no other.
  add column wording integer not null default 1,
  add column approval_wanted_at timestamptz,
  add column approved_by integer references staff on delete set null,
  add column released_by integer references staff on delete set null;
create index editions_drafts on editions (id) where status = 'draft';
