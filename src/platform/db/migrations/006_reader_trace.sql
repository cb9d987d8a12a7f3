-- Attempts after which a row stayed open. The ledger keeps the last answer only; these are kept for 90 days, to say what
-- came before it. No foreign keys: this is written in the statement that closes a window.
create table delivery_attempts (
  edition_id bigint not null,
  subscriber_id bigint not null,
  attempt smallint not null,
  at timestamptz not null,
  state text not null,
  reason text,
  relay_reply text,
  primary key (edition_id, subscriber_id, attempt)
);
create index delivery_attempts_to_forget on delivery_attempts (at);

-- Staff find a reader by how the address begins; in the order of bytes, whatever the database's own order is.
create index subscribers_by_address on subscribers (email_key collate "C");

-- What a reader's newsletters have sent, newest first. No other index has this order, so that the planner does not go
-- through the editions of all newsletters to find those of a rare one.
create index editions_by_newsletter on editions (newsletter_id, (-id));
create index feedback_events_of_reader on feedback_events (subscriber_id, id) where subscriber_id is not null;

-- A place in a list, and a name that says nothing about the address.
alter table suppressions add column id bigint generated always as identity unique;
