-- An alert is written, shown to somebody else where its newsletter asks for that, and released.
alter table newsletters add column needs_approval boolean not null default false;

alter table editions
  add column drafted_by integer references staff on delete set null,
  -- Whoever changed it last may not approve it.
  add column changed_by integer references staff on delete set null,
  add column approval_wanted_at timestamptz,
  add column approved_by integer references staff on delete set null,
  add column released_by integer references staff on delete set null;
create index editions_drafts on editions (id) where status = 'draft';
