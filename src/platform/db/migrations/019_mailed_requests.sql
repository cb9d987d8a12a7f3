-- The request whose link the last confirmation mail held; null when it held none, or was sent before this was kept.
alter table subscribers add column mailed_request integer;
