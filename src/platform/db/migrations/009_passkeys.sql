-- Written and read by better-auth, as the other tables of the door are.
create table staff_passkeys (
  id integer generated always as identity primary key,
  name text,
  public_key text not null,
  user_id integer not null references staff on delete cascade,
  -- Chosen by the device, and sent to whoever asks it: one that is known already is not taken from somebody else.
  credential_id text not null unique,
  counter bigint not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  created_at timestamptz,
  aaguid text
);
create index staff_passkeys_of_user on staff_passkeys (user_id);
