import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { type NewAlert, rehearsing } from './store.ts';

export type DraftContent = Omit<NewAlert, 'releaseAt' | 'requestKey'>;

export type DraftWords = Omit<DraftContent, 'articleId' | 'articleRevision'> & { wrong: string | null };

export interface RecentAlert {
  id: number;
  headline: string;
  asOf: Date;
  accepted: number;
}

export interface Draft extends DraftContent {
  id: number;
  status: string;
  newsletter: string;
  slug: string;
  needsApproval: boolean;
  draftedBy: string | null;
  /** Everybody who wrote any of it. */
  authors: number[];
  /** Which version of its words this is. */
  wording: number;
  /** Of a correction: the edition whose text was wrong, its headline and instant, and what was wrong in it. */
  corrects: number | null;
  chain: number[];
  wrong: string | null;
  wrongHeadline: string | null;
  wrongAt: Date | null;
  approvalWantedAt: Date | null;
  approvedBy: string | null;
  releaseAt: Date | null;
}

/** More are not counted while somebody waits for a page. */
const COUNTED_AT_ONCE = 20_000;

export type DraftStore = ReturnType<typeof createDraftStore>;

/** Alerts that are being written. Legal moves, each in its `where`: draft → scheduled → draft. */
export function createDraftStore(db: Db) {
  const moved = async (query: RawBuilder<unknown>) => (await query.execute(db)).rows.length > 0;

  return {
    add: async (c: DraftContent, staffId: number, now: Date): Promise<number> => {
      const { rows } = await sql<{ id: number }>`
        insert into editions (newsletter_id, kind, status, as_of, headline, body, url, article_id, article_revision,
          subject, drafted_by, authors, created_at)
        values (${c.newsletterId}, 'alert', 'draft', ${now}, ${c.headline}, ${c.body}, ${c.url}, ${c.articleId},
          ${c.articleRevision}, ${c.headline}, ${staffId}, array[${staffId}::int], ${now}) returning id`.execute(db);
      return rows[0]?.id ?? 0;
    },

    /** The words of what it corrects, to be put right. Undefined when that is no alert that went out. */
    addCorrection: async (corrects: number, staffId: number, now: Date): Promise<number | undefined> => {
      const { rows } = await sql<{ id: number }>`
        insert into editions (newsletter_id, kind, status, as_of, headline, body, url, article_id, article_revision,
          subject, corrects, chain, wrong, drafted_by, authors, created_at)
        select newsletter_id, 'alert', 'draft', ${now}, headline, body, url, article_id, article_revision, subject, id,
          chain || id, '', ${staffId}, array(select distinct unnest(authors || ${staffId}::int)), ${now}
        from editions where id = ${corrects} and kind = 'alert' and status in ('sent', 'cancelled')
        returning id`.execute(db);
      return rows[0]?.id;
    },

    /** What puts this edition right, or is about to. */
    correctionOf: async (id: number): Promise<{ id: number; status: string } | undefined> =>
      (
        await sql<{ id: number; status: string }>`
          select id, status from editions where corrects = ${id} and (status <> 'cancelled' or audience > 0)
          order by id desc limit 1`.execute(db)
      ).rows[0],

    byId: async (id: number): Promise<Draft | undefined> =>
      (
        await sql<Draft>`
          select e.id, e.status, e.newsletter_id as "newsletterId", n.name as newsletter, n.slug, n.needs_approval as "needsApproval",
            coalesce(e.headline, '') as headline, coalesce(e.body, '') as body, e.url, e.article_id as "articleId",
            e.article_revision as "articleRevision", d.name as "draftedBy", e.authors, e.wording,
            e.corrects, e.chain, e.wrong, w.headline as "wrongHeadline", w.as_of as "wrongAt",
            e.approval_wanted_at as "approvalWantedAt", a.name as "approvedBy", e.release_at as "releaseAt"
          from editions e join newsletters n on n.id = e.newsletter_id
          left join editions w on w.id = e.corrects
          left join staff d on d.id = e.drafted_by left join staff a on a.id = e.approved_by
          where e.id = ${id} and e.kind = 'alert'`.execute(db)
      ).rows[0],

    /**
     * What was approved is the old wording, so that is over. False when it is no draft any more, or reads otherwise than
     * what was looked at.
     */
    change: (id: number, wording: number, c: DraftWords, staffId: number): Promise<boolean> =>
      moved(sql`
        update editions set newsletter_id = case when corrects is null then ${c.newsletterId}::int else newsletter_id end,
          wrong = case when corrects is not null then ${c.wrong} end, headline = ${c.headline}, body = ${c.body}, url = ${c.url},
          subject = ${c.headline}, wording = wording + 1, approval_wanted_at = null, approved_by = null,
          authors = array(select distinct unnest(authors || ${staffId}::int)),
          article_id = case when url is not distinct from ${c.url} then article_id end,
          article_revision = case when url is not distinct from ${c.url} then article_revision end
        where id = ${id} and status = 'draft' and wording = ${wording} returning id`),

    wantApproval: (id: number, now: Date): Promise<boolean> =>
      moved(sql`update editions set approval_wanted_at = ${now} where id = ${id} and status = 'draft' returning id`),

    /** Never one's own words, nor words one has not seen. */
    approve: (id: number, wording: number, staffId: number): Promise<boolean> =>
      moved(sql`
        update editions set approved_by = ${staffId}
        where id = ${id} and status = 'draft' and approval_wanted_at is not null
          and wording = ${wording} and not ${staffId}::int = any (authors) returning id`),

    /** Starts the countdown. False when it is no draft, reads otherwise, or nobody has approved what must be. */
    release: (id: number, { wording, releaseAt, staffId, unapproved, ...how }: Release): Promise<boolean> =>
      moved(sql`
        update editions e set status = 'scheduled', release_at = ${releaseAt}, as_of = ${releaseAt}, released_by = ${staffId},
          over_quiet = ${how.overQuiet}, over_cap = ${how.overCap}, rehearsal = ${rehearsing},
          canary = case when ${how.canary} and e.corrects is null then 'wanted' end
        from newsletters n where n.id = e.newsletter_id and n.active and e.id = ${id} and e.status = 'draft'
          and e.wording = ${wording} and e.headline <> '' and e.body <> '' and (e.corrects is null or e.wrong <> '')
          and (not n.needs_approval or e.approved_by is not null or ${unapproved}) returning e.id`),

    /** Back to the desk. False when the countdown is over. */
    undo: (id: number, now: Date): Promise<boolean> =>
      moved(sql`
        update editions set status = 'draft', release_at = null, released_by = null, canary = null
        where id = ${id} and status = 'scheduled' and kind = 'alert' and release_at > ${now}
        returning id`),

    /** What readers were told since then, newest first, by whatever newsletter. */
    recentAlerts: async (since: Date): Promise<RecentAlert[]> =>
      (
        await sql<RecentAlert>`
          select id, coalesce(headline, '') as headline, as_of as "asOf", coalesce((counts->>'accepted')::int, 0) as accepted
          from editions where kind = 'alert' and as_of > ${since}
            and status not in ('draft', 'scheduled') and corrects is null and not rehearsal and audience > 0
          order by as_of desc limit 20`.execute(db)
      ).rows,

    /** Another alert since then that leads to the same address. */
    sameStory: async ({ id, newsletterId, url, corrects }: Draft, since: Date): Promise<RecentAlert | undefined> =>
      (
        await sql<RecentAlert>`
          select id, coalesce(headline, '') as headline, as_of as "asOf", 0 as accepted
          from editions where newsletter_id = ${newsletterId} and kind = 'alert' and url = ${url} and id <> ${id}
            and id is distinct from ${corrects} and status not in ('draft', 'cancelled') and as_of > ${since}
          order by as_of desc limit 1`.execute(db)
      ).rows[0],

    /** How many may have read any of what is wrong. */
    possiblyWrong: async (chain: number[]): Promise<number> =>
      (
        await sql<{ readers: number }>`
          select greatest(max((counts->>'accepted')::int + (counts->>'uncertain')::int), (
            select count(distinct d.subscriber_id) from (
              select subscriber_id from deliveries where edition_id = any (${chain}::bigint[])
                and state in ('accepted', 'uncertain') limit ${COUNTED_AT_ONCE}) d)) as readers
          from editions where id = any (${chain}::bigint[])`.execute(db)
      ).rows[0]?.readers ?? 0,
  };
}

/** What an editor decides besides the words. */
export interface Manner {
  overQuiet: boolean;
  overCap: boolean;
  canary: boolean;
}

interface Release extends Manner {
  wording: number;
  releaseAt: Date;
  staffId: number;
  /** An admin breaks the glass. */
  unapproved: boolean;
}
