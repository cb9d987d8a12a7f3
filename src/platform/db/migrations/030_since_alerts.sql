-- Of each of the updated articles, the alert since which it has changed; 0 where readers had it in a digest.
alter table edition_variants
  drop constraint edition_variants_edition_id_article_ids_updated_ids_wording_key,
  add column since_alerts bigint[] not null default '{}',
  add unique (edition_id, article_ids, updated_ids, since_alerts, wording);
