-- How often and at what time a subscription comes: distinct ones, so that a million subscriptions share a few rows. Row 1
-- is what everybody begins with: every day, at the newsletter's own time.
create table rhythms (
  id integer generated always as identity primary key,
  frequency text not null check (frequency in ('daily', 'weekdays', 'weekly')),
  -- ISO: 1 is Monday. Only a weekly one has it.
  weekday smallint check (weekday between 1 and 7),
  -- By the reader's clock; null is the newsletter's own time.
  send_at time,
  check ((frequency = 'weekly') = (weekday is not null)),
  unique nulls not distinct (frequency, weekday, send_at)
);
insert into rhythms (frequency) values ('daily');
alter table subscriptions add column rhythm_id integer not null default 1 references rhythms;

-- A reader's last pause: since when, and the start of the date, in the reader's zone, from which mail comes again.
alter table subscribers
  add column paused_at timestamptz,
  add column paused_until timestamptz,
  add check ((paused_at is null) = (paused_until is null));
create index subscribers_paused on subscribers (paused_until) where paused_until is not null;
