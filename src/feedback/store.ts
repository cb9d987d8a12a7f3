import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export interface FeedbackEvent {
  kind: 'bounce' | 'unsubscribe';
  editionId: number | null;
  subscriberId: number | null;
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`. */
  status: string | null;
  detail: string | null;
}

export type FeedbackStore = ReturnType<typeof createFeedbackStore>;

export function createFeedbackStore(db: Db) {
  return {
    record: async (e: FeedbackEvent, now: Date): Promise<number> => {
      const { rows } = await sql<{ id: number }>`
        insert into feedback_events (kind, edition_id, subscriber_id, status, detail, at)
        values (${e.kind}, ${e.editionId}, ${e.subscriberId}, ${e.status}, ${e.detail}, ${now}) returning id`.execute(
        db,
      );
      return rows[0]?.id ?? 0;
    },

    unapplied: async (): Promise<number[]> =>
      (
        await sql<{
          id: number;
        }>`select id from feedback_events where applied_at is null order by id limit 1000`.execute(db)
      ).rows.map(({ id }) => id),

    /** Marks the delivery bounced, and suppresses the address when the code says it is dead. Once per event. */
    applyBounce: async (eventId: number, now: Date): Promise<void> => {
      await sql`
        with e as (
          update feedback_events set applied_at = ${now} where id = ${eventId} and applied_at is null returning *),
        marked as (
          update deliveries d set bounced_at = coalesce(d.bounced_at, ${now}) from e
          where d.edition_id = e.edition_id and d.subscriber_id = e.subscriber_id and e.kind = 'bounce')
        insert into suppressions (email_hash, reason, at)
        select r.email_hash, 'bounced ' || e.status, ${now} from e join subscribers r on r.id = e.subscriber_id
        where e.kind = 'bounce' and e.status ~ '^5\\.(1\\.(1|2|10)|2\\.1)$'
        on conflict do nothing`.execute(db);
    },
  };
}
