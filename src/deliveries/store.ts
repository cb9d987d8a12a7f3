import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Claimed, Closing } from './delivery.ts';

export interface StoredVariant {
  subject: string;
  html: string;
  text: string;
}

export interface WaitingChunk {
  editionId: number;
  chunk: number;
  kind: 'digest' | 'alert';
}

export type Ledger = ReturnType<typeof createLedger>;

/** The only writer of `deliveries` after fan-out. Legal moves stand in each statement's `where state = …`. */
export function createLedger(db: Db) {
  return {
    /**
     * Claims at most `limit` rows of a chunk for this worker; rows another worker holds are passed over. Subscription
     * and suppression are read here, at the last moment: rows that must not be sent become `skipped` and are counted
     * in `touched` but not returned.
     */
    claim: async (editionId: number, chunk: number, worker: string, limit: number, now: Date) => {
      const { rows } = await sql<Claimed & { state: string }>`
        with w as (
          select d.edition_id, d.subscriber_id, e.newsletter_id
          from deliveries d join editions e on e.id = d.edition_id and e.status = 'sending'
          where d.edition_id = ${editionId} and d.chunk = ${chunk} and d.state in ('pending', 'deferred')
            and (d.next_attempt_at is null or d.next_attempt_at <= ${now})
          order by d.subscriber_id limit ${limit} for update of d skip locked),
        judged as (
          select w.*, r.email, case
            when r.id is null then 'erased'
            when s.state is distinct from 'active' then 'unsubscribed'
            when x.email_hash is not null then 'suppressed' end as refusal
          from w left join subscribers r on r.id = w.subscriber_id
          left join subscriptions s on s.subscriber_id = w.subscriber_id and s.newsletter_id = w.newsletter_id
          left join suppressions x on x.email_hash = r.email_hash)
        update deliveries d set
          state = case when j.refusal is null then 'sending' else 'skipped' end,
          reason = j.refusal, claimed_by = ${worker}, claimed_at = now(), next_attempt_at = null,
          settled_at = case when j.refusal is null then null else now() end,
          attempts = d.attempts + case when j.refusal is null then 1 else 0 end
        from judged j where d.edition_id = j.edition_id and d.subscriber_id = j.subscriber_id
        returning d.edition_id as "editionId", d.subscriber_id as "subscriberId", j.newsletter_id as "newsletterId",
          d.variant_id as "variantId", d.attempts, j.email, d.state`.execute(db);
      return { touched: rows.length, claimed: rows.filter(({ state }) => state === 'sending') as Claimed[] };
    },

    /**
     * Closes claimed rows in one commit. A row another worker has meanwhile taken over is left alone; one the sweep
     * called uncertain is settled after all, since now the answer is known.
     */
    close: async (editionId: number, worker: string, closings: Closing[], now: Date): Promise<void> => {
      await sql`
        with c as (select * from unnest(
          ${closings.map((c) => c.subscriberId)}::bigint[], ${closings.map((c) => c.state)}::text[],
          ${closings.map((c) => c.reason)}::text[], ${closings.map((c) => c.reply)}::text[],
          ${closings.map((c) => c.retryInSeconds)}::int[], ${closings.map((c) => c.addressDead)}::boolean[])
          c (subscriber_id, state, reason, reply, retry_seconds, dead)),
        closed as (
          update deliveries d set state = c.state, reason = c.reason, relay_reply = c.reply, settled_at = now(),
            next_attempt_at = ${now}::timestamptz + make_interval(secs => c.retry_seconds)
          from c where d.edition_id = ${editionId} and d.subscriber_id = c.subscriber_id
            and d.state in ('sending', 'uncertain') and d.claimed_by = ${worker})
        insert into suppressions (email_hash, reason, at)
        select r.email_hash, c.reason, ${now} from c join subscribers r on r.id = c.subscriber_id where c.dead
        on conflict do nothing`.execute(db);
    },

    variant: async (editionId: number, id: number): Promise<StoredVariant | undefined> =>
      (
        await sql<StoredVariant>`
          select subject, html, body_text as text from edition_variants
          where edition_id = ${editionId} and id = ${id}`.execute(db)
      ).rows[0],

    /** Marks an edition sent once nothing of it is open. */
    finishIfDone: async (editionId: number, now: Date): Promise<void> => {
      await sql`
        update editions e set status = 'sent', finished_at = ${now}
        where e.id = ${editionId} and e.status = 'sending' and e.planned_at is not null and not exists (
          select from deliveries d where d.edition_id = e.id and d.state in ('pending', 'sending', 'deferred'))`.execute(
        db,
      );
    },

    /** Stops what is not yet claimed. False when the edition is already sent, cancelled or unknown. */
    cancel: (editionId: number, now: Date): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        // Waits for a page being planned; the second statement then sees its rows.
        const { rows } = await sql`
          update editions set status = 'cancelled', finished_at = ${now}
          where id = ${editionId} and status not in ('sent', 'cancelled') returning id`.execute(trx);
        if (rows.length === 0) return false;
        await sql`
          update deliveries set state = 'skipped', reason = 'cancelled', settled_at = now()
          where edition_id = ${editionId} and state in ('pending', 'deferred')`.execute(trx);
        // Its readers have not had these articles after all: they were served until the digest before.
        await sql`
          update subscriptions s set served_until = (
            select max(p.as_of) from deliveries pd join editions p on p.id = pd.edition_id
            where pd.subscriber_id = s.subscriber_id and p.newsletter_id = s.newsletter_id and p.kind = 'digest'
              and p.id <> e.id and p.status <> 'cancelled' and p.as_of < e.as_of)
          from editions e, deliveries d
          where e.id = ${editionId} and e.kind = 'digest' and d.edition_id = e.id and d.reason = 'cancelled'
            and s.subscriber_id = d.subscriber_id and s.newsletter_id = e.newsletter_id
            and s.served_until = e.as_of`.execute(trx);
        return true;
      }),

    /** Tells the others that this worker lives; to be repeated well within the time after which it counts as dead. */
    beat: async (worker: string): Promise<void> => {
      await sql`insert into workers (id, seen_at) values (${worker}, now())
        on conflict (id) do update set seen_at = excluded.seen_at`.execute(db);
    },

    /**
     * Rows claimed by a worker not seen for a while, or so long ago that even a living one must have lost sight of them
     * (its claim was committed, and the connection broke before it heard so): their answer is lost. Newsletters that
     * resend get them back in the queue under the same Message-ID, the others hold them as uncertain.
     */
    settleDeadClaims: async (unseenSeconds: number, lostSeconds: number): Promise<number> => {
      const { rows } = await sql`
        update deliveries d set
          state = case n.when_uncertain when 'resend' then 'pending' else 'uncertain' end,
          reason = case n.when_uncertain when 'resend' then null else 'the worker died before it wrote the answer down' end,
          settled_at = case n.when_uncertain when 'resend' then null else now() end
        from editions e join newsletters n on n.id = e.newsletter_id
        where d.state = 'sending' and d.claimed_at < now() - make_interval(secs => ${unseenSeconds})
          and e.id = d.edition_id and (d.claimed_at < now() - make_interval(secs => ${lostSeconds}) or not exists (
            select from workers w where w.id = d.claimed_by and w.seen_at > now() - make_interval(secs => ${unseenSeconds})))
        returning d.edition_id`.execute(db);
      return rows.length;
    },

    /** Rows that a cancelled edition got back after it was cancelled: a refusal for now, a dead worker's claim. */
    settleCancelled: async (): Promise<void> => {
      await sql`
        update deliveries d set state = 'skipped', reason = 'cancelled', settled_at = now()
        from editions e where e.id = d.edition_id and e.status = 'cancelled' and d.state in ('pending', 'deferred')`.execute(
        db,
      );
    },

    /** Chunks with rows to send, of editions on which nobody is at work. */
    waitingChunks: async (now: Date): Promise<WaitingChunk[]> =>
      (
        await sql<WaitingChunk>`
          select distinct d.edition_id as "editionId", d.chunk, e.kind
          from editions e join deliveries d on d.edition_id = e.id
          where e.status = 'sending' and d.state in ('pending', 'deferred')
            and (d.next_attempt_at is null or d.next_attempt_at <= ${now})
            and not exists (select from deliveries s where s.edition_id = e.id and s.state = 'sending'
              and s.claimed_at > now() - interval '30 seconds')`.execute(db)
      ).rows,

    openEditions: async (): Promise<number[]> =>
      (
        await sql<{ id: number }>`select id from editions where status = 'sending' and planned_at is not null`.execute(
          db,
        )
      ).rows.map(({ id }) => id),

    /** Ledger partitions for the next thousand editions, and a day's idempotency keys. */
    keepUp: async (now: Date): Promise<void> => {
      await sql`select ensure_delivery_partitions((select coalesce(max(id), 0) + 1000 from editions))`.execute(db);
      await sql`
        with forgotten as (delete from idempotency_keys where created_at < now() - interval '24 hours')
        update editions set request_key = null where request_key is not null and created_at < ${now}::timestamptz - interval '24 hours'`.execute(
        db,
      );
      await sql`delete from workers where seen_at < now() - interval '1 hour'`.execute(db);
    },
  };
}
