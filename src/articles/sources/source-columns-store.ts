import { sql } from 'kysely';

/** A source `s` as the code knows it. */
export const sourceColumns = sql`s.id, s.kind, s.url, s.host, s.name, s.active, s.poll_seconds as "pollSeconds",
  s.next_poll_at as "nextPollAt", s.etag, s.last_modified as "lastModified", s.body_hash as "bodyHash",
  s.ttl_seconds as "ttlSeconds", coalesce(s.news_at, s.created_at) as "newsAt", s.read_until as "readUntil", s.pace,
  s.polled_at as "polledAt", s.failures, s.failing_since as "failingSince", s.error, s.gone_at as "goneAt",
  s.moving_to as "movingTo", s.moving_times as "movingTimes", s.moved_from as "movedFrom", s.moved_at as "movedAt"`;
