import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { Name } from './names.ts';

export interface TopicListed {
  id: number;
  slug: string;
  name: string;
  /** Articles of the last seven days. */
  lately: number;
  /** Subscriptions that chose it, as counted lately. */
  subscriptions: number;
}

export interface SourceListed {
  id: number;
  name: string | null;
  url: string;
  makesTopics: boolean;
  rules: number;
  /** Names no rule knows, counted as far as `MOST_COUNTED`. */
  unmapped: number;
}

export interface NameListed extends Name {
  times: number;
  lastSeenAt: Date;
  article: { id: number; headline: string } | null;
  /** What it stands for without a rule. */
  topic: string | null;
}

export interface RuleListed {
  id: number;
  sourceId: number;
  kind: Name['kind'];
  name: string;
  key: string;
  /** null: it is ignored. */
  topic: string | null;
}

const MOST_COUNTED = 100;

export type TopicPageStore = ReturnType<typeof createTopicPageStore>;

/** Topics and the names behind them, as staff look after them. */
export function createTopicPageStore(db: Db) {
  const all = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows;

  return {
    /** By name; `after` is the last id of the page before, 0 for the first page. */
    page: (after: number, limit: number, since: Date) =>
      all(sql<TopicListed>`
        with shown as (
          select * from topics where ${after} = 0
            or (name_key, id) > ((select name_key from topics where id = ${after}), ${after}::int)
          order by name_key, id limit ${limit}
        ), written as (
          select u.id, count(*) as lately from articles a cross join lateral unnest(a.topic_ids) as u (id)
          where a.available_at > ${since} and a.withdrawn_at is null group by 1
        ), chosen as (
          select u.id, sum(k.readers)::int as readers from reader_stock k join topic_sets s on s.id = k.topic_set_id
          cross join lateral unnest(s.topic_ids) as u (id) group by 1
        )
        select t.id, t.slug, t.name, coalesce(w.lately, 0) as lately, coalesce(c.readers, 0) as subscriptions
        from shown t left join written w on w.id = t.id left join chosen c on c.id = t.id order by t.name_key, t.id`),

    topic: async (id: number) =>
      (
        await all(sql<{ id: number; slug: string; name: string }>`select id, slug, name from topics where id = ${id}`)
      )[0],

    rename: async (id: number, name: string, nameKey: string): Promise<void> => {
      await sql`update topics set name = ${name}, name_key = ${nameKey} where id = ${id}`.execute(db);
    },

    /** What to choose a topic from. */
    names: async (limit: number): Promise<string[]> =>
      (await all(sql<{ name: string }>`select name from topics order by name_key, id limit ${limit}`)).map(
        ({ name }) => name,
      ),

    sources: (after: number, limit: number) =>
      all(sql<SourceListed>`
        select s.id, s.name, s.url, s.makes_topics as "makesTopics",
          (select count(*) from topic_rules r where r.source_id = s.id) as rules,
          (select count(*) from (select from topic_names n where n.source_id = s.id limit ${MOST_COUNTED}) n) as unmapped
        from sources s where s.id > ${after} order by s.id limit ${limit}`),

    /** Those of most articles first; there are never more than a few hundred. */
    unmapped: (sourceId: number, limit: number) =>
      all(sql<Omit<NameListed, 'topic'>>`
        select n.kind, n.key, n.name, n.times, n.last_seen_at as "lastSeenAt", (
          select json_build_object('id', a.id, 'headline', a.headline)
          from articles a where a.canonical_url = n.article_url) as article
        from topic_names n where n.source_id = ${sourceId} order by n.times desc, n.last_seen_at desc, n.key limit ${limit}`),

    rules: (sourceId: number, limit: number) =>
      all(sql<RuleListed>`
        select r.id, r.source_id as "sourceId", r.kind, r.name, r.key, t.name as topic
        from topic_rules r left join topics t on t.id = r.topic_id
        where r.source_id = ${sourceId} order by r.kind, r.key limit ${limit}`),

    /** undefined when there is one for this name. */
    addRule: async (
      rule: { sourceId: number; kind: string; name: string; key: string; topicId: number | null },
      now: Date,
    ) =>
      (
        await all(sql<{ id: number }>`
          insert into topic_rules (source_id, kind, name, key, topic_id, created_at)
          values (${rule.sourceId}, ${rule.kind}, ${rule.name}, ${rule.key}, ${rule.topicId}, ${now})
          on conflict (source_id, kind, key) do nothing returning id`)
      )[0]?.id,

    removeRule: async (id: number) =>
      (
        await all(sql<Omit<RuleListed, 'topic'> & { topicId: number | null }>`
          delete from topic_rules where id = ${id}
          returning id, source_id as "sourceId", kind, name, key, topic_id as "topicId"`)
      )[0],

    makeTopics: async (sourceId: number, makes: boolean): Promise<void> => {
      await sql`update sources set makes_topics = ${makes} where id = ${sourceId}`.execute(db);
    },
  };
}
