import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { alertsWhere, standing } from './candidate-store.ts';
import type { Contents, Variant } from './edition.ts';

/** A variant against its articles as they are now. */
export interface LaidOut extends Contents {
  timeZone: string | null;
  revisions: number[];
  /** It is still going out, and an article of it was withdrawn or held back since, or says something else. */
  outdated: boolean;
  /** All of its articles were taken out. */
  nothing: boolean;
}

/** As `variantIds` has it. */
export const variantKey = ({ articleIds, updatedIds, sinceAlerts }: Contents, wording: string): string =>
  `{${articleIds.join()}} {${updatedIds.join()}} {${sinceAlerts.join()}} ${wording}`;

export type VariantStore = ReturnType<typeof variantStore>;

/** What readers of an edition get, each content once. */
export function variantStore(db: Db) {
  const one = async <T>(query: RawBuilder<unknown>) => (await query.execute(db)).rows[0] as T | undefined;

  return {
    /** The variant's id within the edition; a set of articles already rendered is not stored again. */
    saveVariant: async (
      editionId: number,
      v: Variant,
      { timeZone = null, wording = '' }: { timeZone?: string | null; wording?: string } = {},
    ): Promise<number> => {
      const { rows } = await sql<{ id: number }>`
      insert into edition_variants as v (edition_id, id, article_ids, updated_ids, since_alerts, revisions, time_zone, wording, subject, html, body_text)
      select ${editionId}, coalesce(max(id), 0) + 1, ${v.articleIds}::bigint[], ${v.updatedIds}::bigint[],
        ${v.sinceAlerts}::bigint[], ${v.revisions}::int[],
        ${timeZone}, ${wording}, ${v.subject}, ${v.html}, ${v.text}
      from edition_variants where edition_id = ${editionId}
      on conflict (edition_id, article_ids, updated_ids, since_alerts, wording) do update set subject = v.subject returning id`.execute(
        db,
      );
      return rows[0]?.id ?? 0;
    },

    findVariant: async (
      editionId: number,
      { articleIds, updatedIds, sinceAlerts }: Contents,
      wording = '',
    ): Promise<number | undefined> =>
      (
        await one<{ id: number }>(sql`
        select id from edition_variants where edition_id = ${editionId} and article_ids = ${articleIds}::bigint[]
          and updated_ids = ${updatedIds}::bigint[] and since_alerts = ${sinceAlerts}::bigint[] and wording = ${wording}`)
      )?.id,

    /** All there are of an edition, by what they are made of. */
    variantIds: async (editionId: number): Promise<{ key: string; id: number }[]> =>
      (
        await sql<{ key: string; id: number }>`
        select concat_ws(' ', article_ids::text, updated_ids::text, since_alerts::text, wording) as key, id
        from edition_variants where edition_id = ${editionId}`.execute(db)
      ).rows,

    /** A correction stands for itself, and so do an alert's words: its article may only be taken away. */
    laidOut: (editionId: number, id: number, now: Date): Promise<LaidOut | undefined> =>
      one(sql`
      select v.article_ids as "articleIds", v.updated_ids as "updatedIds", v.since_alerts as "sinceAlerts", v.revisions, v.time_zone as "timeZone",
        cardinality(v.revisions) > 0 and 0 = all (v.revisions) as nothing,
        e.corrects is null and e.status in ('assembling', 'sending', 'paused') and exists (
          select from unnest(v.article_ids, v.revisions) w (id, revision) join articles a on a.id = w.id
          where w.revision > 0 and (a.withdrawn_at is not null or a.available_at > ${now}
            or e.kind = 'digest' and a.revision <> w.revision)) as outdated
      from edition_variants v join editions e on e.id = v.edition_id
      where v.edition_id = ${editionId} and v.id = ${id}`),

    /** Of these articles, in their order, those that readers may see. */
    standing: (ids: number[], now: Date) => standing(db, ids, now),

    alerts: (ids: number[]) => alertsWhere(db, sql`e.id = any (${ids}::bigint[])`),

    /**
     * For whoever has not got it yet. Null: nothing is left of it.
     * @returns false where another worker has done so since `stood` was read; it stays as that one left it
     */
    layOutAgain: async (editionId: number, id: number, stood: LaidOut, v: Variant | null): Promise<boolean> => {
      const { rows } = await sql`
      update edition_variants v set
        revisions = array(select coalesce(n.revision, 0) from unnest(v.article_ids) with ordinality w (id, place)
          left join unnest(${v?.articleIds ?? []}::bigint[], ${v?.revisions ?? []}::int[]) n (id, revision) using (id)
          order by place),
        subject = coalesce(${v?.subject ?? null}, subject), html = coalesce(${v?.html ?? null}, html),
        body_text = coalesce(${v?.text ?? null}, body_text)
      where edition_id = ${editionId} and id = ${id} and revisions = ${stood.revisions}::int[] returning id`.execute(
        db,
      );
      return rows.length > 0;
    },
  };
}
