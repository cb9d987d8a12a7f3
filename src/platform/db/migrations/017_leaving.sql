-- The confirming act names the request it answers. No foreign key: both leave together, with their reader.
alter table consent_events add column confirms bigint;

-- Append-only against more than rewriting: what somebody agreed to leaves with the reader, and in no other way.
create function refuse_forgetting() returns trigger language plpgsql as $$
begin
  if exists (select from subscribers where id = old.subscriber_id) then
    raise exception 'consent_events leave only with their reader';
  end if;
  return old;
end $$;
create trigger consent_events_leave_with_reader before delete on consent_events
  for each row execute function refuse_forgetting();
create trigger consent_events_not_emptied before truncate on consent_events
  for each statement execute function refuse_rewriting();

-- Why somebody left, when they said so: once for each leaving, and gone with its reader.
create table leaving_reasons (
  event_id bigint primary key references consent_events on delete cascade,
  reason text check (reason in ('too-many', 'not-relevant', 'never-asked', 'read-elsewhere', 'other')),
  remark text check (length(remark) between 1 and 500),
  at timestamptz not null,
  check (reason is not null or remark is not null)
);
-- What stays: numbers that mean nobody.
create table leaving_counts (
  newsletter_id integer not null references newsletters on delete cascade,
  month date not null,
  reason text not null,
  readers integer not null,
  primary key (newsletter_id, month, reason)
);
