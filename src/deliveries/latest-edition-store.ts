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
    /** The last edition of each newsletter in the archive, with the headlines of the mail that is shown there. */
    latestOf: async (newsletterIds: number[]): Promise<Latest[]> =>
      (
        await sql<Latest>`
          select e.id, n.id as "newsletterId", n.slug as newsletter, coalesce(e.title, n.name) as subject, (
            select coalesce(json_agg(json_build_object('headline', a.headline, 'url', a.url) order by a.position), '[]') from (
              select a.headline, a.url, w.position from unnest(e.article_ids) with ordinality w (id, position)
              join articles a on a.id = w.id where a.withdrawn_at is null order by w.position limit ${STORIES}) a) as stories
          from newsletters n cross join lateral (
            select e.id, ${title} as title, v.article_ids from archive_entries k join editions e on e.id = k.edition_id
            join edition_variants v on v.edition_id = e.id and v.id = k.variant_id
            where k.newsletter_id = n.id order by k.as_of desc, k.edition_id desc limit 1) e
          where n.id = any (${newsletterIds}::int[]) order by n.id`.execute(db)
      ).rows,
  };
}
