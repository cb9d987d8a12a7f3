import { sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { Known } from './resolve.ts';

export interface Topic {
  slug: string;
  name: string;
}

export type NewTopic = Topic & { nameKey: string };

export type TopicStore = ReturnType<typeof createTopicStore>;

export function createTopicStore(db: Db) {
  return {
    /** Those that most articles since then were about, by name. */
    inUse: async (since: Date, limit: number): Promise<Topic[]> =>
      (
        await sql<Topic>`
          select slug, name from (
            select t.slug, t.name from topics t join (
              select unnest(topic_ids) as id from articles where withdrawn_at is null and available_at > ${since}) u using (id)
            group by t.id order by count(*) desc, t.name limit ${limit}) most order by name`.execute(db)
      ).rows,

    /** Those with one of the slugs, or with a name of one of the keys. */
    known: async (slugs: string[], keys: string[]) =>
      (
        await sql<Known>`
          select slug, name, name_key as "nameKey" from topics
          where slug = any (${slugs}::text[]) or name_key = any (${keys}::text[]) order by id`.execute(db)
      ).rows,

    /** One that is there already keeps its name. */
    make: async (topics: NewTopic[]): Promise<void> => {
      if (topics.length > 0) await makeTopics(db, topics);
    },

    idsOf: (slugs: string[]) => idsOf(db, slugs),

    /** Missing ones are made. */
    idsFor: (slugs: string[]) => topicIds(db, slugs),

    slugsOf: async (ids: number[]): Promise<Map<number, string>> => {
      if (ids.length === 0) return new Map();
      const { rows } = await sql<{ id: number; slug: string }>`
        select id, slug from topics where id = any (${ids}::int[])`.execute(db);
      return new Map(rows.map(({ id, slug }) => [id, slug]));
    },
  };
}

/** Ids of the topics by slug; new ones are made, outside the articles' transaction so that no lock is held on them. */
export async function topicIds(db: Db, slugs: string[]): Promise<Map<string, number>> {
  if (slugs.length === 0) return new Map();
  await makeTopics(
    db,
    [...new Set(slugs)].map((slug) => {
      const words = slug.replaceAll('-', ' ');
      return { slug, name: words.charAt(0).toUpperCase() + words.slice(1), nameKey: words.trim() };
    }),
  );
  return idsOf(db, slugs);
}

/** In the order of slugs: two callers that make the same topics never wait for each other in a circle. */
async function makeTopics(db: Db, topics: NewTopic[]): Promise<void> {
  await sql`
    insert into topics (slug, name, name_key)
    select slug, name, "nameKey"
    from jsonb_to_recordset(${JSON.stringify(topics)}::jsonb) as t (slug text, name text, "nameKey" text)
    where not exists (select from topics known where known.slug = t.slug)
    order by slug on conflict (slug) do nothing`.execute(db);
}

async function idsOf(db: Db, slugs: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: number; slug: string }>`
    select id, slug from topics where slug = any (${slugs}::text[])`.execute(db);
  return new Map(rows.map(({ id, slug }) => [slug, id]));
}
