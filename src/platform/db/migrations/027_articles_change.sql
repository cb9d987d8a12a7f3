-- How often articles have changed in what a mail shows of them: mails laid out before that are looked at again. In the
-- transaction of the change, so that whoever claims after it knows.
create table article_changes (
  id boolean primary key default true check (id),
  version bigint not null
);
insert into article_changes values (true, 1);

create function count_article_changes() returns trigger language plpgsql as $$
begin
  if exists (select from articles_before b join articles_after a using (id)
      where (a.revision, a.withdrawn_at, a.available_at) is distinct from (b.revision, b.withdrawn_at, b.available_at)) then
    update article_changes set version = version + 1;
  end if;
  return null;
end $$;

create trigger articles_changed after update on articles
  referencing old table as articles_before new table as articles_after
  for each statement execute function count_article_changes();

alter table edition_variants
  -- Of `article_ids`, as they are laid out; 0 for what was taken out again.
  add column revisions integer[] not null default '{}',
  -- Whose clock its times are by; null: the newsroom's.
  add column time_zone text;
