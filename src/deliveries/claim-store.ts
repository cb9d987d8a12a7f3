import type pg from 'pg';
import { prepared } from '../platform/db/prepared.ts';
import type { Claimed, Closing } from './delivery.ts';

/** Who claims: one run of one chunk's job. Two runs of the same chunk never touch each other's rows. */
export interface Claimant {
  editionId: number;
  chunk: number;
  /** `worker#run`: the part before the sign is the name under which the process says that it lives. */
  name: string;
}

export type ClaimStore = ReturnType<typeof createClaimStore>;

/**
 * Rows to be updated are named twice, as `any` and by the join: without the former a plan made while the table is still
 * empty reads the whole edition for them. Legal moves, each in its `where`: pending, deferred → sending | skipped; sending, uncertain → accepted | deferred |
 * failed | uncertain; sending → skipped where nothing was left to hand over.
 */
const EXCHANGE = `
  with given as (
    select * from unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::int[], $9::boolean[], $10::boolean[])
      g (subscriber_id, state, reason, reply, retry_seconds, dead, counts)),
  closed as (
    update deliveries d set state = g.state, reason = g.reason, relay_reply = g.reply, settled_at = now(),
      next_attempt_at = $11::timestamptz + make_interval(secs => g.retry_seconds),
      attempts = d.attempts - case when g.counts then 0 else 1 end
    from given g where d.edition_id = $1 and d.subscriber_id = any ($4) and d.subscriber_id = g.subscriber_id
      and d.state in ('sending', 'uncertain') and d.claimed_by = $3
    returning d.subscriber_id, d.state, d.attempts, g.reason, g.reply, g.counts),
  tried as (
    insert into delivery_attempts (edition_id, subscriber_id, attempt, at, state, reason, relay_reply)
    select $1, c.subscriber_id, c.attempts, now(), c.state, c.reason, c.reply from closed c
    where c.state = 'deferred' and c.counts on conflict do nothing),
  reopened as (
    update editions set status = 'sending', finished_at = null
    where id = $1 and status = 'sent' and exists (select from given g where g.state = 'deferred')),
  suppressed as (
    insert into suppressions (email_hash, reason, at)
    select r.email_hash, g.reason, $11 from given g join subscribers r on r.id = g.subscriber_id where g.dead
    on conflict do nothing),
  window_rows as (
    select d.subscriber_id from deliveries d
    where d.edition_id = $1 and d.chunk = $2 and (select status from editions where id = $1) = 'sending'
      and d.state in ('pending', 'deferred') and (d.next_attempt_at is null or d.next_attempt_at <= $11)
    order by d.subscriber_id limit $12 for no key update of d skip locked),
  judged as (
    select w.*, r.email, case
      when r.id is null then 'erased'
      when s.state is distinct from 'active' then 'unsubscribed'
      when x.email_hash is not null then 'suppressed'
      when r.paused_until > $11 then 'paused' end as refusal
    from window_rows w left join subscribers r on r.id = w.subscriber_id
    left join subscriptions s on s.subscriber_id = w.subscriber_id
      and s.newsletter_id = (select newsletter_id from editions where id = $1)
    left join suppressions x on x.email_hash = r.email_hash)
  update deliveries d set
    state = case when j.refusal is null then 'sending' else 'skipped' end,
    reason = j.refusal, claimed_by = $3, claimed_at = now(), next_attempt_at = null,
    settled_at = case when j.refusal is null then null else now() end,
    attempts = d.attempts + case when j.refusal is null then 1 else 0 end
  from judged j where d.edition_id = $1 and d.subscriber_id = j.subscriber_id
    and d.subscriber_id = any (array(select w.subscriber_id from window_rows w))
  returning d.edition_id as "editionId", d.subscriber_id as "subscriberId", d.variant_id as "variantId", d.attempts,
    j.email, j.refusal, (select version from article_changes) as "articlesAt"`;

/** What was claimed and never heard of: the claim was committed, its answer lost. Nothing of it was handed over. */
const RELEASE = `
  update deliveries d set state = 'pending', attempts = d.attempts - 1
  where d.edition_id = $1 and d.chunk = $2 and d.state = 'sending' and d.claimed_by = $3
    and d.subscriber_id <> all ($4::bigint[])`;

/** @param pool plans its statements once and reaches rows by key alone */
export function createClaimStore(pool: pg.Pool) {
  const exchange = prepared<Claimed & { refusal: string | null }>(pool, 'exchange', EXCHANGE);
  const release = prepared(pool, 'release', RELEASE);

  return {
    /**
     * Closes answered rows and claims at most `limit` others, in one commit. Subscription, suppression and pause are
     * read here, at the last moment: rows that must not be sent become `skipped`; they count in `touched` and are not
     * returned. A row that another claimant has meanwhile taken over is left alone; one the sweep called uncertain is
     * settled after all, since now the answer is known. Should it be that nothing was sent, an edition that was thought
     * to be done goes on.
     */
    exchange: async ({ editionId, chunk, name }: Claimant, closings: Closing[], limit: number, now: Date) => {
      const rows = await exchange([
        ...[editionId, chunk, name],
        closings.map((c) => c.subscriberId),
        closings.map((c) => c.state),
        closings.map((c) => c.reason),
        closings.map((c) => c.reply),
        closings.map((c) => c.retryInSeconds),
        closings.map((c) => c.addressDead),
        closings.map((c) => c.counts),
        now,
        limit,
      ]);
      return { touched: rows.length, claimed: rows.filter(({ refusal }) => refusal === null) as Claimed[] };
    },

    /** Gives back what this claimant holds in the ledger and does not know of. */
    release: async ({ editionId, chunk, name }: Claimant, known: number[]): Promise<void> => {
      await release([editionId, chunk, name, known]);
    },
  };
}
