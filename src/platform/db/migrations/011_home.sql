-- Since when a source has failed without a break; null while it is read.
alter table sources add column if not exists failing_since timestamptz;
update sources set failing_since = polled_at where failures > 0 and failing_since is null;

-- The editions of the last day, and the one that served readers at an instant.
create index editions_as_of on editions (as_of);
