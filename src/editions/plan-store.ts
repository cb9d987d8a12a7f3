import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { candidateStore } from './candidate-store.ts';
import { firstWindowStart } from './choose-articles.ts';
import { digestPlans } from './digest-plan-store.ts';
import type { Edition } from './edition.ts';
import { pageStore } from './page-store.ts';
import { preflightLookups } from './preflight/preflight-store.ts';
import { editionColumns } from './store.ts';
import { variantStore } from './variant-store.ts';

export type PlanStore = ReturnType<typeof planStore>;

/** Each page of a fan-out runs in one transaction that holds its edition. */
export type Plans = ReturnType<typeof createPlans>;

export const createPlans = (db: Db) => ({
  transact: <T>(work: (plan: PlanStore) => Promise<T>): Promise<T> =>
    db.transaction().execute((trx) => work(planStore(trx))),
});

function planStore(db: Db) {
  return {
    ...pageStore(db),
    ...candidateStore(db),
    ...variantStore(db),
    ...digestPlans(db),
    ...preflightLookups(db),

    /**
     * Undefined when the edition is already planned, cancelled, or held by another worker; while its first slice is out;
     * and while what it corrects is still being handed over.
     */
    hold: async (id: number): Promise<Edition | undefined> => {
      const { rows } = await sql<Edition>`
        select ${editionColumns} from editions e
        where e.id = ${id} and e.planned_at is null and e.status in ('assembling', 'sending')
          and e.canary is distinct from 'out'
          and (e.corrects is null or not exists (
            select from deliveries d where d.edition_id = any (e.chain) and d.state = 'sending'))
          for update skip locked`.execute(db);
      return rows[0];
    },

    /** Alerts that went out to anybody since then. */
    alertsSince: async ({ id }: Edition, since: Date): Promise<number[]> =>
      (
        await sql<{ id: number }>`
          select id from editions where kind = 'alert' and as_of > ${since} and id <> ${id}
            and status not in ('draft', 'scheduled') and corrects is null and not rehearsal`.execute(db)
      ).rows.map(({ id }) => id),

    /** Whether the newsletter has at least so many readers. */
    hasReaders: async (newsletterId: number, least: number): Promise<boolean> => {
      const { rows } = await sql<{ readers: number }>`
        select count(*) as readers from (select from subscriptions where newsletter_id = ${newsletterId} and state = 'active' limit ${least}) s`.execute(
        db,
      );
      return (rows[0]?.readers ?? 0) >= least;
    },

    setCanary: async (id: number, canary: 'out' | null, now: Date): Promise<void> => {
      await sql`update editions set canary = ${canary}, canary_at = ${now} where id = ${id}`.execute(db);
    },

    /** The earliest instant any of its readers was served until, or that the first window of those who are new begins. */
    servedSince: async (edition: Edition): Promise<Date> => {
      const { rows } = await sql<{ since: Date | null }>`
        select min(coalesce(served_until, case when rhythm_id in (select id from rhythms where frequency = 'weekly')
          then ${firstWindowStart(edition, 'weekly')}::timestamptz else ${firstWindowStart(edition)} end)) as since
        from subscriptions where newsletter_id = ${edition.newsletterId} and state = 'active'
          and (${edition.slot}::timestamptz is null or next_due_at = ${edition.slot})`.execute(db);
      return rows[0]?.since ?? firstWindowStart(edition);
    },

    /** The plan is complete; with nothing to send the edition is already done. Its subject is what most of its readers got. */
    finish: async (id: number, subject: string | null, now: Date): Promise<void> => {
      await sql`
        update editions e set planned_at = ${now}::timestamptz, subject = coalesce(e.subject,
          (select v.subject from edition_variants v where v.edition_id = e.id order by v.id limit 1), ${subject}),
          status = case when open then 'sending' else 'sent' end, finished_at = case when open then null else ${now}::timestamptz end
        from (select exists (select from deliveries d where d.edition_id = ${id}
          and d.state in ('pending', 'sending', 'deferred')) as open) o
        where e.id = ${id}`.execute(db);
    },
  };
}
