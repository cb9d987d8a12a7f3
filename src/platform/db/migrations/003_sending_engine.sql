-- A pause says who ended it may be: a person, or the relay's next answer.
alter table editions add column paused_by text check (paused_by in ('person', 'relay', 'policy'));
alter table editions add check ((status = 'paused') = (paused_by is not null));

-- Which edition and chunk a dead worker left behind; who claimed is `worker#run`.
drop index deliveries_claimed;
create index deliveries_claimed on deliveries (edition_id, claimed_by) where state = 'sending';

-- A reader's deliveries are found by the editions of their newsletters and the primary key. An index of its own took a
-- third of the time of writing the ledger.
drop index deliveries_of_reader;

-- Fan-out moves served_until of every row of a page at once: room for all of them keeps the update out of the indexes
-- (HOT), and the next edition finds that room free again.
alter table subscriptions set (fillfactor = 50);

-- One index for the keyset instead of two: an edition for a slot moves next_due_at, and so writes every index there is.
drop index subscriptions_active;
alter table subscriptions drop constraint subscriptions_pkey, add primary key (newsletter_id, id);
