alter table forms
  add name_field text not null default 'none' check (name_field in ('none', 'optional')),
  add success_title text not null default 'Check your inbox',
  add success_text text not null default 'We have sent you a mail. Press the button in it, and your subscription begins.',
  add consent_link_text text,
  add consent_link_url text,
  add proof_of_work text not null default 'suspicion' check (proof_of_work in ('never', 'suspicion', 'always')),
  add check ((consent_link_text is null) = (consent_link_url is null));

create table form_topics (
  form_id integer not null references forms on delete cascade,
  topic_id integer not null references topics,
  position integer not null default 0,
  primary key (form_id, topic_id)
);

-- What a reader had before their eyes: consents name a form and its version. Versions from before this table are known
-- by the wording that each consent keeps.
create table form_versions (
  form_id integer not null references forms on delete cascade,
  version integer not null,
  title text not null,
  button text not null,
  consent_text text not null,
  consent_link_text text,
  consent_link_url text,
  since timestamptz not null default now(),
  primary key (form_id, version)
);
insert into form_versions (form_id, version, title, button, consent_text)
select id, version, title, button, consent_text from forms;

alter table subscribers add name text;
