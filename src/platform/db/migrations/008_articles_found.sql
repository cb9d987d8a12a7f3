-- Articles in the console: the newest first, by a word of their headline, and with what has carried them.
create index articles_by_date on articles (published_at desc, id desc);
create index articles_by_word on articles using gin (to_tsvector('simple', headline));
create index articles_of_source on articles (source_id, published_at desc, id desc) where source_id is not null;
create index edition_articles_by_article on edition_articles (article_id, edition_id);
