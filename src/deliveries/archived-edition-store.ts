import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Archived } from './archive-store.ts';

/** One content of an edition: what a group of its readers got. */
export interface ArchivedVariant extends Archived {
  html: string;
  articleIds: number[];
  /** An alert whose article is withdrawn has nothing left to tell; what puts another one right has. */
  aboutArticle: boolean;
}

/** What is different today about an article that was sent. */
export interface Change {
  url: string;
  headline: string;
  standfirst: string;
  /** As it was sent. */
  saidHeadline: string;
  saidStandfirst: string;
  /** Null where it was brought up to date, and nothing had been wrong. */
  note: string | null;
  at: Date;
  withdrawn: boolean;
}

export type ArchivedEditionStore = ReturnType<typeof createArchivedEditionStore>;

export function createArchivedEditionStore(db: Db) {
  return {
    /**
     * @param variantId null for the fullest, what a reader of every topic got, once it is published; any other may be read by
     * whoever was sent it, also while the edition is still going out
     */
    variant: async (newsletter: string, id: number, variantId: number | null): Promise<ArchivedVariant | undefined> =>
      (
        await sql<ArchivedVariant>`
          select e.id, n.slug as newsletter, n.name as "newsletterName", n.language, n.noindex,
            case when o.own then v.subject else k.title end as title, case when o.own then '' else k.summary end as summary,
            case when not o.own then k.image_url end as "imageUrl", e.as_of as "asOf", k.changed_at as "changedAt",
            v.html, v.article_ids as "articleIds", e.kind = 'alert' and e.corrects is null as "aboutArticle"
          from editions e join newsletters n on n.id = e.newsletter_id
          cross join (select ${variantId}::int is not null as own) o
          left join archive_entries k on k.edition_id = e.id
          join edition_variants v on v.edition_id = e.id and v.id = coalesce(${variantId}::int, k.variant_id)
          where e.id = ${id} and n.slug = ${newsletter}`.execute(db)
      ).rows[0],

    /**
     * Of the articles in a variant, those that were put right or withdrawn since. An alert is an editor's own words, which
     * only another alert puts right: it changes only with what is withdrawn.
     */
    changes: async ({ id, articleIds }: Pick<ArchivedVariant, 'id' | 'articleIds'>): Promise<Change[]> =>
      (
        await sql<Change>`
          select a.url, a.headline, a.standfirst, r.headline as "saidHeadline", r.standfirst as "saidStandfirst",
            case when a.correction_note is distinct from r.correction_note then a.correction_note end as note, coalesce(a.withdrawn_at, a.revised_at) as at, a.withdrawn_at is not null as withdrawn
          from unnest(${articleIds}::bigint[]) with ordinality w (id, place) join articles a on a.id = w.id
          join editions e on e.id = ${id}
          left join edition_articles ea on ea.edition_id = e.id and ea.article_id = a.id
          join article_revisions r on r.article_id = a.id and r.revision = coalesce(ea.revision, e.article_revision)
          where a.withdrawn_at is not null or a.revision > ea.revision order by w.place`.execute(db)
      ).rows,

    /** The alert that put this one right, when it may be read. */
    correctionOf: async (id: number): Promise<{ id: number; newsletter: string; asOf: Date } | undefined> =>
      (
        await sql<{ id: number; newsletter: string; asOf: Date }>`
          select e.id, n.slug as newsletter, e.as_of as "asOf" from editions e join newsletters n on n.id = e.newsletter_id
          join archive_entries k on k.edition_id = e.id
          where e.corrects = ${id} order by e.id desc limit 1`.execute(db)
      ).rows[0],
  };
}
