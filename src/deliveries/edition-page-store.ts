import { sql } from 'kysely';
import type { Check } from '../editions/preflight/check.ts';
import type { Db } from '../platform/db/pool.ts';

/** What an edition's page says beside its counts. */
export interface EditionBackground {
  /** Names, whoever began it first. */
  writtenBy: string[];
  approvedBy: string | null;
  releasedBy: string | null;
  /** When it left or is to leave the desk; null for a digest and for a draft. */
  releasedAt: Date | null;
  /** The corrections of it that are released. */
  correctedBy: number[];
  hasMail: boolean;
  /** Articles that could not be laid out, and why. */
  leftOut: { id: number; headline: string; reason: string }[];
  /** What was found in its mails; null until they have been looked at. */
  checks: Check[] | null;
  checkedAt: Date | null;
  /** An editor has let it go in spite of what was found. */
  overruled: boolean;
  /** It waits for somebody because of what was found. */
  stopped: boolean;
  problem: string | null;
}

export type EditionPageStore = ReturnType<typeof createEditionPageStore>;

export function createEditionPageStore(db: Db) {
  return {
    background: async (id: number): Promise<EditionBackground | undefined> =>
      (
        await sql<EditionBackground>`
          select array(select s.name from staff s where s.id = any (e.authors) or s.id = e.drafted_by
              order by s.id <> e.drafted_by, s.name) as "writtenBy",
            a.name as "approvedBy", r.name as "releasedBy", e.release_at as "releasedAt",
            array(select c.id from editions c where c.corrects = e.id and c.status <> 'draft'
              and (c.status <> 'cancelled' or c.audience > 0) order by c.id limit 20) as "correctedBy",
            exists (select from edition_variants v where v.edition_id = e.id) as "hasMail",
            array(select json_build_object('id', x.id, 'headline', left(x.headline, 300), 'reason', ea.left_out)
              from edition_articles ea join articles x on x.id = ea.article_id
              where ea.edition_id = e.id and ea.left_out is not null order by x.id limit 20) as "leftOut",
            c.checks, c.checked_at as "checkedAt", coalesce(c.overruled, false) as overruled,
            coalesce(e.paused_by = 'preflight', false) as stopped, e.problem
          from editions e left join staff a on a.id = e.approved_by left join staff r on r.id = e.released_by
            left join edition_checks c on c.edition_id = e.id
          where e.id = ${id}`.execute(db)
      ).rows[0],

    /** The fullest variant: what a reader of every topic gets. */
    mail: async (id: number): Promise<string | undefined> =>
      (
        await sql<{ html: string }>`
          select html from edition_variants where edition_id = ${id}
          order by cardinality(article_ids) desc, id limit 1`.execute(db)
      ).rows[0]?.html,
  };
}
