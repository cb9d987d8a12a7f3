-- What sign-ups must pass; one row, as the brand is.
create table sign_up_rules (
  only_row boolean primary key default true check (only_row),
  disposable text not null default 'flag' check (disposable in ('refuse', 'flag', 'allow')),
  -- Off until somebody turns it on: it needs a resolver that can be believed, and example.org takes no mail.
  asks_dns boolean not null default false,
  one_gmail boolean not null default false
);
insert into sign_up_rules default values;

-- Solved puzzles, until they would be refused for their age: each opens the door once, in whichever process.
create table spent_proofs (
  nonce bytea primary key,
  expires_at timestamptz not null
);
create index spent_proofs_expired on spent_proofs (expires_at);

-- What is odd about an address, for staff to see: `disposable`, `role`.
alter table subscribers add column flags text[] not null default '{}';
