-- A newsletter's days of the week (ISO, 1 is Monday), and its times of a day beside `send_at`, `HH:MM`.
alter table newsletters
  add column days smallint[] not null default '{1,2,3,4,5,6,7}'
    check (cardinality(days) > 0 and days <@ '{1,2,3,4,5,6,7}'::smallint[]),
  add column also_at text[] not null default '{}'
    check (cardinality(also_at) <= 3 and array_to_string(also_at, ' ', '?') ~ '^(([01]\d|2[0-3]):[0-5]\d( |$))*$');

-- Which issue of `served_on` was the last one a reader had: where a newsletter has several times, a date has several.
alter table subscriptions add column served_nth smallint not null default 1;
