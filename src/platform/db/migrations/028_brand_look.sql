-- How a newsroom's mails and pages look, beside its name and its colour.
alter table brand
  add column logo_url text,
  -- At a height of 32, in CSS pixels.
  add column logo_width smallint not null default 160,
  -- What it says, for who does not see it. Empty where it says nothing: then the name stands beside it.
  add column logo_alt text not null default '',
  -- [{"label": "Mastodon", "url": "https://…"}], in the order they are shown.
  add column social jsonb not null default '[]',
  add column headlines text not null default 'serif' check (headlines in ('serif', 'book', 'sans'));
