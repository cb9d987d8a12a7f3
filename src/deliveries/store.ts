import { sql } from 'kysely';
import { over } from '../editions/edition.ts';
import type { Db } from '../platform/db/pool.ts';
import type { Share } from '../platform/mail/relay.ts';

export interface StoredVariant {
  subject: string;
  html: string;
  text: string;
  /** The editions it puts right, the oldest first. */
  chain: number[];
}

export interface WaitingChunk {
  editionId: number;
  chunk: number;
  kind: 'digest' | 'alert';
}

export type Ledger = ReturnType<typeof createLedger>;

/** What happens to an edition's rows at large; single rows are claimed and closed in `claim-store.ts`. */
export function createLedger(db: Db) {
  return {
    variant: async (editionId: number, id: number): Promise<StoredVariant | undefined> =>
      (
        await sql<StoredVariant>`
          select v.subject, v.html, v.body_text as text, e.chain
          from edition_variants v join editions e on e.id = v.edition_id
          where v.edition_id = ${editionId} and v.id = ${id}`.execute(db)
      ).rows[0],

    /** Marks an edition sent once nothing of it is open. */
    finishIfDone: async (editionId: number, now: Date): Promise<void> => {
      // Two questions, so that each is answered by its own partial index.
      await sql`
        update editions e set status = 'sent', finished_at = ${now}, report = null
        where e.id = ${editionId} and e.status = 'sending' and e.planned_at is not null
          and not exists (select from deliveries d where d.edition_id = ${editionId} and d.state in ('pending', 'deferred'))
          and not exists (select from deliveries d where d.edition_id = ${editionId} and d.state = 'sending')`.execute(
        db,
      );
    },

    /** Stops what is not yet claimed. False when the edition is already sent, cancelled or unknown. */
    cancel: (editionId: number, now: Date): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        // Waits for a page being planned; the second statement then sees its rows.
        const { rows } = await sql`
          update editions set status = 'cancelled', paused_by = null, finished_at = ${now}, report = null
          where id = ${editionId} and status <> all (${over}::text[]) returning id`.execute(trx);
        if (rows.length === 0) return false;
        await sql`
          update deliveries set state = 'skipped', reason = 'cancelled', settled_at = now()
          where edition_id = ${editionId} and state in ('pending', 'deferred')`.execute(trx);
        // Its readers have not had these articles after all: they were served until the digest before.
        await sql`
          update subscriptions s set served_until = (
            select p.as_of from editions p
            where p.newsletter_id = s.newsletter_id and p.kind = 'digest' and p.id <> e.id and p.status <> 'cancelled'
              and p.as_of < e.as_of and exists (
                select from deliveries pd where pd.edition_id = p.id and pd.subscriber_id = s.subscriber_id)
            order by p.as_of desc limit 1)
          from editions e, deliveries d
          where e.id = ${editionId} and e.kind = 'digest' and d.edition_id = e.id and d.reason = 'cancelled'
            and s.subscriber_id = d.subscriber_id and s.newsletter_id = e.newsletter_id
            and s.served_until = e.as_of`.execute(trx);
        return true;
      }),

    /** Holds what is not yet claimed; a person's pause also takes over the relay's. False when it changes nothing. */
    pause: async (editionId: number, by: 'person' | 'relay' | 'policy', problem: string | null): Promise<boolean> => {
      const { rows } = await sql`
        update editions set status = 'paused', paused_by = ${by}, problem = coalesce(${problem}, problem)
        where id = ${editionId} and (status in ('assembling', 'sending') or (status = 'paused' and ${by} = 'person'))
        returning id`.execute(db);
      return rows.length > 0;
    },

    /**
     * Goes on with a paused edition: at once also with rows that were put off for one of `reasons`, since their cause
     * has been mended. False when it was not paused.
     */
    resume: (editionId: number, reasons: string[], now: Date, pausedBy?: 'relay'): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const { rows } = await sql`
          update editions set paused_by = null, problem = null,
            status = case when planned_at is null and audience = 0 then 'assembling' else 'sending' end
          where id = ${editionId} and status = 'paused' and paused_by = coalesce(${pausedBy ?? null}, paused_by)
          returning id`.execute(trx);
        if (rows.length === 0) return false;
        await sql`
          update deliveries set next_attempt_at = ${now}
          where edition_id = ${editionId} and state = 'deferred' and reason = any (${reasons}::text[])`.execute(trx);
        return true;
      }),

    pausedByRelay: async (): Promise<number[]> =>
      (
        await sql<{ id: number }>`select id from editions where status = 'paused' and paused_by = 'relay'`.execute(db)
      ).rows.map(({ id }) => id),

    /** Tells the others that this worker lives. @returns its place among those that do */
    beat: async (worker: string): Promise<Share> => {
      const { rows } = await sql<Share>`
        with mine as (
          insert into workers (id, seen_at) values (${worker}, now())
          on conflict (id) do update set seen_at = excluded.seen_at)
        select count(*) filter (where id < ${worker}) as place, count(*) + 1 as "of"
        from workers where id <> ${worker} and seen_at > now() - make_interval(secs => 20)`.execute(db);
      return rows[0] ?? { place: 0, of: 1 };
    },

    /** The last word of a worker that has nothing claimed any more. */
    leave: async (worker: string): Promise<void> => {
      await sql`delete from workers where id = ${worker}`.execute(db);
    },

    /**
     * Rows claimed by a worker not seen for a while, or so long ago that even a living one must have lost sight of them:
     * their answer is lost. Newsletters that resend get them back in the queue under the same Message-ID, the others
     * hold them as uncertain.
     */
    settleDeadClaims: async (unseenSeconds: number, lostSeconds: number) => {
      const { rows } = await sql<WaitingChunk>`
        update deliveries d set
          state = case n.when_uncertain when 'resend' then 'pending' else 'uncertain' end,
          reason = case n.when_uncertain when 'resend' then null else 'the worker died before it wrote the answer down' end,
          settled_at = case n.when_uncertain when 'resend' then null else now() end
        from editions e join newsletters n on n.id = e.newsletter_id
        where d.edition_id = e.id and d.state = 'sending' and d.claimed_at < now() - make_interval(secs => ${unseenSeconds})
          and (d.claimed_at < now() - make_interval(secs => ${lostSeconds}) or not exists (
            select from workers w where w.id = split_part(d.claimed_by, '#', 1)
              and w.seen_at > now() - make_interval(secs => ${unseenSeconds})))
        returning d.edition_id as "editionId", d.chunk, e.kind`.execute(db);
      return rows;
    },

    /** Rows that a cancelled edition got back after it was cancelled: a refusal for now, a dead worker's claim. */
    settleCancelled: async (): Promise<void> => {
      await sql`
        update deliveries d set state = 'skipped', reason = 'cancelled', settled_at = now()
        from editions e where e.id = d.edition_id and e.status = 'cancelled' and d.state in ('pending', 'deferred')`.execute(
        db,
      );
    },

    /** Chunks with rows to send, of one edition or of all on which nobody is at work. */
    waitingChunks: async (now: Date, editionId: number | null = null): Promise<WaitingChunk[]> =>
      (
        await sql<WaitingChunk>`
          select distinct d.edition_id as "editionId", d.chunk, e.kind
          from editions e join deliveries d on d.edition_id = e.id
          where e.status = 'sending' and (${editionId}::bigint is null or e.id = ${editionId}) and d.state in ('pending', 'deferred')
            and (d.next_attempt_at is null or d.next_attempt_at <= ${now})
            and (${editionId}::bigint is not null or not exists (
              select from deliveries s where s.edition_id = e.id and s.state = 'sending'
                and s.claimed_at > now() - interval '30 seconds'))`.execute(db)
      ).rows,

    openEditions: async (): Promise<number[]> =>
      (
        await sql<{ id: number }>`select id from editions where status = 'sending' and planned_at is not null`.execute(
          db,
        )
      ).rows.map(({ id }) => id),

    /** Ledger partitions for the next thousand editions, a day's idempotency keys, and 90 days of single attempts. */
    keepUp: async (now: Date): Promise<void> => {
      await sql`select ensure_delivery_partitions((select coalesce(max(id), 0) + 1000 from editions))`.execute(db);
      await sql`
        with forgotten as (delete from idempotency_keys where created_at < now() - interval '24 hours')
        update editions set request_key = null where request_key is not null and created_at < ${now}::timestamptz - interval '24 hours'`.execute(
        db,
      );
      await sql`delete from workers where seen_at < now() - interval '1 hour'`.execute(db);
      await sql`delete from delivery_attempts where at < now() - interval '90 days'`.execute(db);
    },
  };
}
