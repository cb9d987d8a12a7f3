import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export interface ImportRow {
  email: string;
  emailKey: string;
  emailHash: Buffer;
  timeZone: string;
  nextDueAt: Date | null;
}

export interface ExportRow {
  id: number;
  email: string;
  timeZone: string;
  newsletter: string;
  state: string;
  activatedAt: Date | null;
}

export type ImportStore = ReturnType<typeof createImportStore>;

export function createImportStore(db: Db) {
  return {
    /**
     * Makes active subscriptions of a batch with distinct keys. Readers who left or are suppressed stay away. In the order
     * of keys, as sign-ups are stored, so that two with the same readers wait for each other.
     * @returns how many subscriptions became active
     */
    importBatch: async (newsletterId: number, rows: ImportRow[], wording: string, now: Date): Promise<number> => {
      const done = await sql<{ count: number }>`
        with given as (select * from unnest(
          ${rows.map((r) => r.email)}::text[], ${rows.map((r) => r.emailKey)}::text[],
          ${rows.map((r) => r.emailHash)}::bytea[], ${rows.map((r) => r.timeZone)}::text[],
          ${rows.map((r) => r.nextDueAt)}::timestamptz[]) g (email, email_key, email_hash, time_zone, next_due_at)
          where not exists (select from suppressions x where x.email_hash = g.email_hash)),
        readers as (
          insert into subscribers (email, email_key, email_hash, time_zone, created_at)
          select email, email_key, email_hash, time_zone, ${now} from given order by email_key
          on conflict (email_key) do update set email_key = excluded.email_key
          returning id, email_key),
        active as (
          insert into subscriptions as s (subscriber_id, newsletter_id, state, created_at, activated_at, next_due_at)
          select r.id, ${newsletterId}::int, 'active', ${now}, ${now}, g.next_due_at from readers r join given g using (email_key)
          on conflict (subscriber_id, newsletter_id) do update
            set state = 'active', activated_at = excluded.activated_at, next_due_at = excluded.next_due_at
            where s.state = 'pending' and s.ended_at is null
          returning subscriber_id),
        proven as (
          insert into consent_events (subscriber_id, newsletter_id, kind, method, wording, at)
          select subscriber_id, ${newsletterId}::int, 'imported', 'import', ${wording}, ${now} from active)
        select count(*) from active`.execute(db);
      return done.rows[0]?.count ?? 0;
    },

    /** The addresses that go first, and no others. */
    markSeeds: async (newsletterId: number, emailKeys: string[]): Promise<void> => {
      await sql`
        update subscriptions s set seed = not s.seed from subscribers r
        where r.id = s.subscriber_id and s.newsletter_id = ${newsletterId} and s.seed <> (r.email_key = any (${emailKeys}::text[]))
          and (s.seed or s.subscriber_id in (select id from subscribers where email_key = any (${emailKeys}::text[])))`.execute(
        db,
      );
    },

    seeds: async (newsletterId: number): Promise<string[]> =>
      (
        await sql<{ email: string }>`
          select r.email from subscriptions s join subscribers r on r.id = s.subscriber_id
          where s.newsletter_id = ${newsletterId} and s.seed order by r.email_key`.execute(db)
      ).rows.map(({ email }) => email),

    exportPage: async (after: number, limit: number): Promise<ExportRow[]> =>
      (
        await sql<ExportRow>`
          select s.id, r.email, r.time_zone as "timeZone", n.slug as newsletter, s.state, s.activated_at as "activatedAt"
          from subscriptions s join subscribers r on r.id = s.subscriber_id join newsletters n on n.id = s.newsletter_id
          where s.id > ${after} order by s.id limit ${limit}`.execute(db)
      ).rows,
  };
}
