import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type {
  Attempt,
  CameBack,
  Change,
  Consent,
  TracedEdition,
  TracedReader,
  TracedRow,
  TracedSubscription,
} from './traced.ts';

const edition = (
  readerId: number,
) => sql`e.id, e.newsletter_id as "newsletterId", n.name as newsletter, e.kind, e.status, e.subject,
  to_char(n.send_at, 'HH24:MI') as "sendAt", n.also_at as "alsoAt", n.days, e.slot, e.as_of as "asOf", e.created_at as "createdAt",
  e.planned_at as "plannedAt", e.audience, e.corrects, exists (select from deliveries d where d.edition_id = e.corrects
    and d.subscriber_id = ${readerId} and d.state in ('accepted', 'uncertain')) as "hadCorrected"`;

export type TraceStore = ReturnType<typeof createTraceStore>;

/** Everything that is known of one reader, each part by a key; changes nothing. */
export function createTraceStore(db: Db) {
  const all = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows;

  return {
    reader: async (id: number): Promise<TracedReader | undefined> =>
      (
        await all(sql<TracedReader>`
          select r.id, r.email, r.name, r.time_zone as "timeZone", r.language, r.created_at as "createdAt",
            r.paused_at as "pausedAt", r.paused_until as "pausedUntil", r.flags, x.at as "suppressedAt",
            x.reason as "suppressedWhy"
          from subscribers r left join suppressions x on x.email_hash = r.email_hash where r.id = ${id}`)
      )[0],

    subscriptions: (readerId: number) =>
      all(sql<TracedSubscription>`
        select s.newsletter_id as "newsletterId", n.name as newsletter, n.kind, s.state, s.created_at as "createdAt",
          s.activated_at as "activatedAt", s.ended_at as "endedAt", s.next_due_at as "nextDueAt",
          array(select t.name from topics t where t.id = any (ts.topic_ids) order by t.name) as topics,
          to_char(n.send_at, 'HH24:MI') as "sendAt", n.also_at as "alsoAt", n.days, h.frequency, h.weekday, to_char(h.send_at, 'HH24:MI') as "ownTime"
        from subscriptions s join newsletters n on n.id = s.newsletter_id join topic_sets ts on ts.id = s.topic_set_id
          join rhythms h on h.id = s.rhythm_id
        where s.subscriber_id = ${readerId} order by n.id`),

    /** Newest first. */
    consents: (readerId: number, limit: number) =>
      all(sql<Consent>`
        select c.kind, n.name as newsletter, c.method, c.form_id as "formId", c.form_version as "formVersion", c.wording,
          c.page_url as "pageUrl", c.ip_truncated as network, c.user_agent as "userAgent", c.at, l.reason, l.remark
        from consent_events c left join newsletters n on n.id = c.newsletter_id left join leaving_reasons l on l.event_id = c.id
        where c.subscriber_id = ${readerId} order by c.id desc limit ${limit}`),

    /**
     * Oldest first: all that began or ended a subscription, and the first wish for each newsletter. Anybody may type an
     * address into a form any number of times.
     */
    changes: (readerId: number) =>
      all(sql<Change>`
        select newsletter_id as "newsletterId", kind, method, at from consent_events
        where subscriber_id = ${readerId} and newsletter_id is not null and (kind <> 'requested' or id in (
          select min(id) from consent_events where subscriber_id = ${readerId} and kind = 'requested'
          group by newsletter_id))
        order by id`),

    /** Newest first: what the reader's newsletters sent, or were about to. `-id` is what the index is made of. */
    editions: (readerId: number, before: number | null, limit: number) =>
      all(sql<TracedEdition>`
        select ${edition(readerId)} from subscriptions s join newsletters n on n.id = s.newsletter_id cross join lateral (
          select * from editions e
          where e.newsletter_id = s.newsletter_id and e.status <> 'draft' and ${before ? sql`-e.id > ${-before}` : sql`true`}
          order by -e.id limit ${limit}) e
        where s.subscriber_id = ${readerId} order by e.id desc limit ${limit}`),

    edition: async (readerId: number, id: number): Promise<TracedEdition | undefined> =>
      (
        await all(sql<TracedEdition>`
          select ${edition(readerId)} from editions e join newsletters n on n.id = e.newsletter_id where e.id = ${id}`)
      )[0],

    /** Both parts of the primary key are given: the ledger has no index by reader. */
    rows: (readerId: number, editionIds: number[]) =>
      all(sql<TracedRow>`
        select d.edition_id as "editionId", d.state, d.reason, d.attempts, d.relay_reply as reply,
          d.settled_at as "settledAt", d.next_attempt_at as "nextAttemptAt", d.bounced_at as "bouncedAt", v.subject
        from deliveries d left join edition_variants v on v.edition_id = d.edition_id and v.id = d.variant_id
        where d.edition_id = any (${editionIds}::bigint[]) and d.subscriber_id = ${readerId}`),

    attempts: (readerId: number, editionIds: number[]) =>
      all(sql<Attempt>`
        select edition_id as "editionId", attempt, at, state, reason, relay_reply as reply from delivery_attempts
        where edition_id = any (${editionIds}::bigint[]) and subscriber_id = ${readerId} order by edition_id, attempt`),

    /** Newest first. */
    cameBack: (readerId: number, limit: number) =>
      all(sql<CameBack>`
        select kind, edition_id as "editionId", status, detail, at from feedback_events
        where subscriber_id = ${readerId} order by id desc limit ${limit}`),
  };
}
