-- The audit log is asked what was done to something, and on which days.
create index audit_log_by_subject on audit_log (subject, id);
create index audit_log_by_at on audit_log (at);
