import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { CountingDown, Headline } from './coming.ts';

/** Enough readers of a slot to tell what most of them have had. */
const SAMPLE = 100;

export type ComingStore = ReturnType<typeof createComingStore>;

/** What goes out next; changes nothing. */
export function createComingStore(db: Db) {
  return {
    /** Alerts whose time has not come, the next first. */
    countingDown: async (limit: number): Promise<CountingDown[]> =>
      (
        await sql<CountingDown>`
          select e.id, coalesce(e.headline, '') as headline, e.newsletter_id as "newsletterId", n.name as newsletter,
            e.release_at as at
          from editions e join newsletters n on n.id = e.newsletter_id
          where e.status = 'scheduled' order by e.release_at, e.id limit ${limit}`.execute(db)
      ).rows,

    /** Up to when most readers of a slot have been served; null where all of them are new. */
    servedUntil: async (newsletterId: number, slot: Date): Promise<Date | null> =>
      (
        await sql<{ servedUntil: Date | null }>`
          select mode() within group (order by served_until) as "servedUntil" from (
            select served_until from subscriptions
            where newsletter_id = ${newsletterId} and state = 'active' and next_due_at = ${slot}
            order by id limit ${SAMPLE}) s`.execute(db)
      ).rows[0]?.servedUntil ?? null,

    /** Articles of a window but those that the edition of this instant considered, in the order of a digest. */
    fresh: async (newsletterId: number, window: { from: Date; until: Date; servedUntil: Date | null }, limit: number) =>
      (
        await sql<Headline>`
          select a.id, a.headline from articles a
          where a.withdrawn_at is null and a.available_at > ${window.from} and a.available_at <= ${window.until}
            and not exists (
              select from editions e join edition_articles ea on ea.edition_id = e.id
              where e.as_of = ${window.servedUntil} and e.newsletter_id = ${newsletterId} and e.kind = 'digest'
                and ea.article_id = a.id)
          order by a.available_at desc, a.published_at desc, a.id desc limit ${limit}`.execute(db)
      ).rows,
  };
}
