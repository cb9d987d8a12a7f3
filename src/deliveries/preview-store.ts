import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { StoredVariant } from './store.ts';

/** A reader as a preview names them, and how they stand with a newsletter. */
export interface PreviewReader {
  id: number;
  email: string;
  timeZone: string;
  /** Null for who never asked for it. */
  state: 'pending' | 'active' | 'unsubscribed' | null;
  nextDueAt: Date | null;
}

/** An edition that has left, or is leaving. */
export interface Left {
  id: number;
  kind: 'digest' | 'alert';
  asOf: Date;
  subject: string | null;
  /** What became of it for the reader asked about; null where nothing was planned for them. */
  state: string | null;
  reason: string | null;
  /** Whether there is a mail to look at. */
  shown: boolean;
}

export type PreviewStore = ReturnType<typeof createPreviewStore>;

/** What previews show of editions that have left, each by a key; changes nothing. */
export function createPreviewStore(db: Db) {
  return {
    reader: async (newsletterId: number, id: number): Promise<PreviewReader | undefined> =>
      (
        await sql<PreviewReader>`
          select r.id, r.email, r.time_zone as "timeZone", s.state, s.next_due_at as "nextDueAt" from subscribers r
          left join subscriptions s on s.subscriber_id = r.id and s.newsletter_id = ${newsletterId}
          where r.id = ${id}`.execute(db)
      ).rows[0],

    /** The newest first: for one reader, or for whoever got most. `-id` is what the index is made of. */
    left: async (newsletterId: number, readerId: number | null, before: number, limit: number): Promise<Left[]> =>
      (
        await sql<Left>`
          select e.id, e.kind, e.as_of as "asOf", e.subject, d.state, d.reason,
            case when ${readerId}::bigint is null then exists (select from edition_variants v where v.edition_id = e.id)
              else d.variant_id is not null end as shown
          from (select * from editions e where e.newsletter_id = ${newsletterId} and e.status not in ('draft', 'scheduled')
            and ${before ? sql`-e.id > ${-before}` : sql`true`} order by -e.id limit ${limit}) e
          left join lateral (select state, reason, variant_id from deliveries d
            where d.edition_id = e.id and d.subscriber_id = ${readerId}) d on true
          order by e.id desc`.execute(db)
      ).rows,

    /** What one reader was sent or is to be sent; for nobody in particular the fullest content of it. */
    content: async (newsletterId: number, editionId: number, readerId: number | null) =>
      (
        await sql<StoredVariant & { id: number; asOf: Date }>`
          select e.id, e.as_of as "asOf", e.chain, v.subject, v.html, v.body_text as text
          from editions e cross join lateral (
            select v.* from edition_variants v where v.edition_id = e.id and (${readerId}::bigint is null or v.id = (
              select d.variant_id from deliveries d where d.edition_id = ${editionId} and d.subscriber_id = ${readerId}))
            order by cardinality(v.article_ids) desc, v.id limit 1) v
          where e.id = ${editionId} and e.newsletter_id = ${newsletterId} and e.status not in ('draft', 'scheduled')`.execute(
          db,
        )
      ).rows[0],
  };
}
