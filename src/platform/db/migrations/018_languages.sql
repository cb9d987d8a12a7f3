-- Null is the newsroom's own; a reader's goes before a newsletter's.
alter table newsletters add column language text;
alter table subscribers add column language text;
