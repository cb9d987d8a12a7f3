import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { Name } from './names.ts';
import type { Rule } from './resolve.ts';

/** A name no rule knows, and the article it came with. */
export type Unmapped = Name & { url: string; external_id: string | undefined };

/** A hostile source makes up names without end; those seen last are kept. */
const NAMES_KEPT = 500;

export type TopicRuleStore = ReturnType<typeof createTopicRuleStore>;

export function createTopicRuleStore(db: Db) {
  const all = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows;

  const trim = (sourceId: number) =>
    all(sql`
      delete from topic_names where source_id = ${sourceId} and (kind, key) in (
        select kind, key from (
          select kind, key, row_number() over (order by last_seen_at desc, times desc, key) as place
          from topic_names where source_id = ${sourceId}) n where place > ${NAMES_KEPT})`);

  return {
    ofSource: async (sourceId: number): Promise<{ makesTopics: boolean; rules: Rule[] }> => {
      const rows = await all(sql<{ makesTopics: boolean; rules: Rule[] }>`
        select s.makes_topics as "makesTopics", (
          select coalesce(json_agg(json_build_object('kind', r.kind, 'key', r.key, 'topic', t.slug)), '[]')
          from topic_rules r left join topics t on t.id = r.topic_id where r.source_id = s.id) as rules
        from sources s where s.id = ${sourceId}`);
      return rows[0] ?? { makesTopics: false, rules: [] };
    },

    /** Counts articles, not polls: one that is here already was counted when it came. */
    note: async (sourceId: number, names: Unmapped[], now: Date): Promise<void> => {
      if (names.length === 0) return;
      await sql`
        with seen as (
          select * from rows from (jsonb_to_recordset(${JSON.stringify(names)}::jsonb)
            as (kind text, key text, name text, url text, external_id text)) with ordinality as s (kind, key, name, url, external_id, n)
        ), fresh as (
          select distinct url from seen s
          where not exists (select from articles a where a.canonical_url = s.url)
            and not exists (select from articles e
              where coalesce(e.source_id, 0) = ${sourceId}::int and e.external_id = s.external_id)
        )
        insert into topic_names as known (source_id, kind, key, name, times, last_seen_at, article_url)
        select ${sourceId}::int, kind, key, (array_agg(name order by n))[1], count(f.url), ${now}, (array_agg(url order by f.url is null, n))[1]
        from seen left join fresh f using (url) group by kind, key order by kind, key
        on conflict (source_id, kind, key) do update set name = excluded.name, last_seen_at = excluded.last_seen_at,
          times = known.times + excluded.times, article_url = excluded.article_url
        where excluded.times > 0 or known.last_seen_at < excluded.last_seen_at - interval '1 hour'`.execute(db);
      await trim(sourceId);
    },

    /** Names of articles since then that have none of the rows yet: a rule that knew them is gone. */
    relist: async (sourceId: number, since: Date, names: Name[]): Promise<void> => {
      if (names.length === 0) return;
      await sql`
        insert into topic_names (source_id, kind, key, name, times, last_seen_at, article_url)
        select ${sourceId}::int, g.kind, g.key, g.name, count(*), max(a.first_seen_at),
          (array_agg(a.canonical_url order by a.published_at desc))[1]
        from articles a cross join lateral unnest(a.labels) as l (label)
        join jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as g (kind text, key text, name text)
          on l.label = g.kind || ':' || g.key
        where a.source_id = ${sourceId} and a.published_at > ${since} group by g.kind, g.key, g.name
        on conflict do nothing`.execute(db);
      await trim(sourceId);
    },

    /** Names that a rule knows now. */
    forget: async (sourceId: number, names: Pick<Name, 'kind' | 'key'>[]): Promise<void> => {
      await sql`
        delete from topic_names n using jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as g (kind text, key text)
        where n.source_id = ${sourceId} and n.kind = g.kind and n.key = g.key`.execute(db);
    },

    listed: (sourceId: number) => all(sql<Name>`select kind, key, name from topic_names where source_id = ${sourceId}`),

    /** The different sets of names a source's articles have come with since then. */
    labelSets: async (sourceId: number, since: Date): Promise<string[][]> =>
      (
        await all(sql<{ labels: string[] }>`
          select distinct labels from articles
          where source_id = ${sourceId} and published_at > ${since} and labels <> '{}'`)
      ).map(({ labels }) => labels),

    /** Gives articles the topics of their set of names; what was chosen by hand stays. @returns how many moved */
    move: async (sourceId: number, since: Date, sets: { labels: string[]; topic_ids: number[] }[]): Promise<number> =>
      (
        await all(sql`
          update articles a set topic_ids = m.topic_ids
          from jsonb_to_recordset(${JSON.stringify(sets)}::jsonb) as m (labels text[], topic_ids int[])
          where a.source_id = ${sourceId} and a.published_at > ${since} and a.labels = m.labels
            and a.topic_ids <> m.topic_ids and not coalesce(a.corrected ? 'topics', false)
          returning a.id`)
      ).length,
  };
}
