-- Who signs in to the console. Written and read by better-auth, whose field names become these columns.
create table staff (
  id integer generated always as identity primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  role text not null check (role in ('admin', 'editor', 'viewer')),
  two_factor_enabled boolean not null default false,
  disabled_at timestamptz,
  -- Set while an invitation is open: it gives way to the password, and an older link opens nothing.
  invited_at timestamptz,
  invitation_sent_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create index staff_invitations_owed on staff (id) where invited_at is not null and invitation_sent_at is null;

create table staff_accounts (
  id integer generated always as identity primary key,
  user_id integer not null references staff on delete cascade,
  account_id text not null,
  provider_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index staff_accounts_of_user on staff_accounts (user_id);

create table staff_sessions (
  id integer generated always as identity primary key,
  user_id integer not null references staff on delete cascade,
  token text not null unique,
  ip_address text,
  user_agent text,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index staff_sessions_of_user on staff_sessions (user_id);

create table staff_verifications (
  id integer generated always as identity primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index staff_verifications_by_identifier on staff_verifications (identifier);

create table staff_two_factors (
  id integer generated always as identity primary key,
  user_id integer not null references staff on delete cascade,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default true,
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);
create index staff_two_factors_of_user on staff_two_factors (user_id);

-- Failed sign-ins, counted over all web processes (rate-limiter-flexible); it may be emptied at any time.
create table sign_in_attempts (
  key text primary key,
  points integer not null default 0,
  expire bigint
);

-- Every act in the console: who did what, and what it changed. Nothing here is ever updated.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  staff_id integer references staff on delete set null,
  who text not null,
  act text not null,
  subject text,
  before jsonb,
  after jsonb,
  ip_truncated text
);
create index audit_log_by_staff on audit_log (staff_id, id);
create index audit_log_by_act on audit_log (act, id);
