-- What a fresh database holds, so that the first page already works.
insert into brand (name, postal_address) values ('The Daybreak Post', 'The Daybreak Post, 1 Harbour Street, Exampleton');
insert into topic_sets (topic_ids) values ('{}');
insert into newsletters (slug, name, description, kind, when_uncertain) values
  ('daily', 'Daily digest', 'Every morning at breakfast: what happened since yesterday.', 'digest', 'hold'),
  ('breaking', 'Breaking news', 'The moment something important happens. Rarely more than once a day.', 'breaking', 'resend');
insert into forms (title, consent_text) values
  ('Sign up to our daily news alerts', 'I would like to receive these newsletters by email. I can leave with one click at any time.');
insert into form_newsletters (form_id, newsletter_id, position) select 1, id, id from newsletters;
