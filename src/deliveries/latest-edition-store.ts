import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { title } from './archive-store.ts';

interface Latest {
  id: number;
  newsletterId: number;
  newsletter: string;
  subject: string;
  stories: { headline: string; url: string }[];
}

const STORIES = 6;

export function createLatestEditionStore(db: Db) {
  return {
    /** The last edition of each newsletter that went out to somebody, with the headlines of its fullest variant. */
    latestOf: async (newsletterIds: number[]): Promise<Latest[]> =>
      (
        await sql<Latest>`
          select e.id, n.id as "newsletterId", n.slug as newsletter, coalesce(e.title, n.name) as subject, (
            select coalesce(json_agg(json_build_object('headline', a.headline, 'url', a.url) order by a.position), '[]') from (
              select a.headline, a.url, w.position from unnest(e.article_ids) with ordinality w (id, position)
              join articles a on a.id = w.id where a.withdrawn_at is null order by w.position limit ${STORIES}) a) as stories
          from newsletters n cross join lateral (
            select e.id, ${title} as title, v.article_ids from editions e left join archive_entries k on k.edition_id = e.id cross join lateral (
              select article_ids from edition_variants where edition_id = e.id
              order by cardinality(article_ids) desc, id limit 1) v
            where e.newsletter_id = n.id and e.status = 'sent' and not e.rehearsal order by -e.id limit 1) e
          where n.id = any (${newsletterIds}::int[]) order by n.id`.execute(db)
      ).rows,
  };
}
