-- The request whose link the last confirmation mail held; null when it held none, or was sent before this was kept.
alter table subscribers add column mailed_request integer;

-- When the reader's address became another one: links to their preferences that were mailed before stand in somebody's
-- old mailbox, and open nothing any more.
alter table subscribers add column moved_at timestamptz;
-- As it was before this change: what a change that is undone gives back.
alter table address_changes add column moved_before timestamptz;
