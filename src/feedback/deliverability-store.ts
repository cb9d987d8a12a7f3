import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

/** A mail as it went out last, and a reader to compose it for. */
export interface Sample {
  editionId: number;
  newsletterId: number;
  variantId: number;
  subject: string;
  subscriberId: number;
  email: string;
}

export type DeliverabilityStore = ReturnType<typeof createDeliverabilityStore>;

export function createDeliverabilityStore(db: Db) {
  return {
    /** Of the latest edition that went out: its fullest variant, for the newest reader. */
    sample: async (): Promise<Sample | undefined> =>
      (
        await sql<Sample>`
          select e.id as "editionId", e.newsletter_id as "newsletterId", v.id as "variantId", v.subject,
            r.id as "subscriberId", r.email
          from editions e
          cross join lateral (
            select id, subject from edition_variants where edition_id = e.id
            order by cardinality(article_ids) desc, id limit 1) v
          cross join (select id, email from subscribers order by id desc limit 1) r
          where e.status = 'sent' order by e.id desc limit 1`.execute(db)
      ).rows[0],
  };
}
