import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { candidateStore } from './candidate-store.ts';
import type { Readers } from './choose-articles.ts';
import type { CountingDown } from './coming.ts';

/** Enough readers of a slot to tell what most of them have had. */
const SAMPLE = 100;
const ALERTS_HAD = 100;

export type ComingStore = ReturnType<typeof createComingStore>;

/** What goes out next; changes nothing. */
export function createComingStore(db: Db) {
  return {
    ...candidateStore(db),

    /** Alerts whose time has not come, the next first. */
    countingDown: async (limit: number): Promise<CountingDown[]> =>
      (
        await sql<CountingDown>`
          select e.id, coalesce(e.headline, '') as headline, e.newsletter_id as "newsletterId", n.name as newsletter,
            e.release_at as at
          from editions e join newsletters n on n.id = e.newsletter_id
          where e.status = 'scheduled' order by e.release_at, e.id limit ${limit}`.execute(db)
      ).rows,

    /** What one reader has had and wants; undefined for who does not get the newsletter. */
    reader: async (newsletterId: number, subscriberId: number): Promise<Readers | undefined> =>
      (
        await sql<Readers>`
          select s.served_until as "servedUntil", h.frequency, t.topic_ids as "topicIds", array(
              select d.edition_id from deliveries d join editions e on e.id = d.edition_id
              where d.subscriber_id = s.subscriber_id and e.kind = 'alert' and d.state not in ('failed', 'skipped')
              order by d.edition_id desc limit ${ALERTS_HAD}) as alerted
          from subscriptions s join topic_sets t on t.id = s.topic_set_id join rhythms h on h.id = s.rhythm_id
          where s.newsletter_id = ${newsletterId} and s.subscriber_id = ${subscriberId} and s.state = 'active'`.execute(
          db,
        )
      ).rows[0],

    /** What one reader was sent in the edition of a slot, or was to be sent. */
    sentIn: async (newsletterId: number, subscriberId: number, slot: Date) =>
      (
        await sql<{ editionId: number; variantId: number; email: string }>`
          select d.edition_id as "editionId", d.variant_id as "variantId", r.email
          from editions e join deliveries d on d.edition_id = e.id join subscribers r on r.id = d.subscriber_id
          where e.newsletter_id = ${newsletterId} and e.as_of = ${slot} and d.subscriber_id = ${subscriberId}
            and d.variant_id is not null
          order by e.id desc limit 1`.execute(db)
      ).rows[0],

    /** Up to when most readers of a slot have been served; null where all of them are new. */
    servedUntil: async (newsletterId: number, slot: Date): Promise<Date | null> =>
      (
        await sql<{ servedUntil: Date | null }>`
          select mode() within group (order by served_until) as "servedUntil" from (
            select served_until from subscriptions
            where newsletter_id = ${newsletterId} and state = 'active' and next_due_at = ${slot}
            order by id limit ${SAMPLE}) s`.execute(db)
      ).rows[0]?.servedUntil ?? null,
  };
}
