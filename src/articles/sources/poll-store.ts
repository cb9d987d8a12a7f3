import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { Pace } from './source.ts';

/** What came of one poll. */
export interface Poll {
  at: Date;
  outcome: 'news' | 'same' | 'failed' | 'gone';
  /** HTTP; null when there was no answer. */
  status: number | null;
  items: number;
  /** New or changed. */
  fresh: number;
  bytes: number;
  ms: number;
}

export interface Next {
  nextPollAt: Date;
  pace: Pace;
}

/** What the next poll wants to know of this one. */
export interface Remembered {
  etag: string | null;
  lastModified: string | null;
  bodyHash: string | null;
  ttlSeconds: number;
  readUntil: Date | null;
  movingTo: string | null;
  movingTimes: number;
  /** Names a source that has no name yet. */
  title?: string | undefined;
}

const KEPT = 20;

export type PollStore = ReturnType<typeof createPollStore>;

/** What polls leave behind: on their source, and as its history. */
export function createPollStore(db: Db) {
  const run = async (query: RawBuilder<unknown>): Promise<void> => void (await query.execute(db));

  const keep = (id: number, { at, outcome, status, items, fresh, bytes, ms }: Poll) => sql`
    with fresh as (
      insert into source_polls (source_id, at, outcome, status, items, fresh, bytes, ms)
      values (${id}, ${at}, ${outcome}, ${status}, ${items}, ${fresh}, ${bytes}, ${ms})
    ), old as (
      delete from source_polls where source_id = ${id} and id not in (
        select id from source_polls where source_id = ${id} order by id desc limit ${KEPT - 1})
    )`;

  return {
    read: (id: number, poll: Poll, { nextPollAt, pace }: Next, seen: Remembered) =>
      run(sql`
        ${keep(id, poll)}
        update sources set polled_at = ${poll.at}, next_poll_at = ${nextPollAt}, pace = ${pace}, last_ms = ${poll.ms},
          failures = 0, failing_since = null, error = null, etag = ${seen.etag}, last_modified = ${seen.lastModified},
          body_hash = ${seen.bodyHash}, ttl_seconds = ${seen.ttlSeconds}, read_until = ${seen.readUntil},
          moving_to = ${seen.movingTo}, moving_times = ${seen.movingTimes}, name = coalesce(name, ${seen.title ?? null}),
          news_at = case when ${poll.fresh > 0} then ${poll.at}::timestamptz else news_at end
        where id = ${id}`),

    /** What was known of its last whole answer stays: it may well be what the server sends next. */
    failed: (id: number, poll: Poll, { nextPollAt, pace }: Next, error: string) =>
      run(sql`
        ${keep(id, poll)}
        update sources set polled_at = ${poll.at}, next_poll_at = ${nextPollAt}, pace = ${pace}, last_ms = ${poll.ms},
          failures = failures + 1, failing_since = coalesce(failing_since, ${poll.at}), error = ${error}
        where id = ${id}`),

    /** It is asked no more until somebody switches it on. */
    gone: (id: number, poll: Poll, error: string) =>
      run(sql`
        ${keep(id, poll)}
        update sources set polled_at = ${poll.at}, last_ms = ${poll.ms}, failures = failures + 1, error = ${error},
          failing_since = coalesce(failing_since, ${poll.at}), active = false, gone_at = ${poll.at}
        where id = ${id}`),

    /** False when another source has that address already: then both stay as they are. */
    move: async (id: number, to: string, now: Date): Promise<boolean> => {
      const { rows } = await sql`
        update sources s set url = ${to}, moved_from = s.url, moved_at = ${now}, moving_to = null, moving_times = 0
        where s.id = ${id} and not exists (select from sources o where o.url = ${to}) returning s.id`.execute(db);
      return rows.length > 0;
    },

    /** The newest first. */
    latest: async (id: number): Promise<Poll[]> =>
      (
        await sql<Poll>`
          select at, outcome, status, items, fresh, bytes, ms from source_polls
          where source_id = ${id} order by id desc limit ${KEPT}`.execute(db)
      ).rows,
  };
}
