import path from 'node:path';
import { type Measured, perThousand } from './measured.ts';
import { FLAGS } from './newsroom.ts';
import type { PlanOrder, PlanResult } from './plan.ts';
import { runProcess } from './processes.ts';
import { seedReaders } from './readers.ts';
import type { Scenario } from './scenarios.ts';
import { single } from './servers.ts';
import { environmentOf, type Stage } from './stage.ts';

/** What a large newsroom publishes in a day, and how many topics it has. */
const ARTICLES = 120;
const TOPICS = 30;
const SECTION = 'bench-section-%s';

/** One edition whose readers all chose other topics, planned with the real templates: `count` is variants. */
export async function measureVariants(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { pool } = stage.database;
  await seedReaders(pool, { daily: scenario.readers });
  try {
    await seedTopics(stage);
    await seedArticles(stage);
    const order: PlanOrder = { contentFile: null, whole: scenario.way === 'variants rendered whole', slot: null };
    const said = await runProcess({
      program: process.execPath,
      // As workers are started.
      args: [...FLAGS, path.join(import.meta.dirname, 'plan.ts'), JSON.stringify(order)],
      env: environmentOf(scenario, stage),
      logFile: path.join(stage.folder, `${scenario.name}.log`),
    });
    const { seconds, cpuSeconds, peakMegabytes, editionId } = JSON.parse(said) as PlanResult;
    const counted = 'select count(*)::int as count from edition_variants where edition_id = $1';
    const { count } = await single<{ count: number }>(pool, counted, [editionId]);
    // Two sets of topics may come to the same articles.
    if (count < scenario.readers * 0.99) throw new Error(`${count} variants of ${scenario.readers} sets of topics`);
    const cpu = { sender: perThousand(cpuSeconds, count) };
    return { count, seconds, perSecond: count / seconds, cpu, peakMegabytes };
  } finally {
    await forgetTopics(stage);
  }
}

/** As many sets of eight topics as there are readers, each another. */
async function seedTopics({ database: { pool } }: Stage): Promise<void> {
  await pool.query(
    `insert into topics (slug, name) select format($1, n), format('Section %s', n) from generate_series(1, $2::int) n`,
    [SECTION, TOPICS],
  );
  await pool.query(
    `with sets as (
      select r.id, array(select id from topics where slug like 'bench-section-%'
        order by md5(r.id || ' ' || slug) limit 8) as topic_ids
      from subscribers r join subscriptions s on s.subscriber_id = r.id join newsletters n on n.id = s.newsletter_id
      where n.slug = 'daily'),
    sorted as (select id, array(select unnest(topic_ids) order by 1) as topic_ids from sets),
    made as (insert into topic_sets (topic_ids) select distinct topic_ids from sorted returning id, topic_ids)
    update subscriptions s set topic_set_id = made.id from sorted join made using (topic_ids), newsletters n
    where s.subscriber_id = sorted.id and n.id = s.newsletter_id and n.slug = 'daily'`,
  );
  await pool.query('vacuum analyze');
}

async function seedArticles({ database: { pool } }: Stage): Promise<void> {
  await pool.query(
    `insert into articles (url, canonical_url, headline, standfirst, byline, image_url, image_alt, published_at,
      first_seen_at, topic_ids)
    select url, url, format('Harbour pilots agree a winter timetable no. %s, and the ferries sail again', n),
      'After months of talks the council will vote on Thursday — “weather permitting”, as the union said. Prices rose by a tenth.',
      'Jane Doe and John Roe', case when n % 2 = 0 then format('https://post.example/images/%s.jpg', n) end,
      'Ferries in the harbour at dawn', at, at, array[(select id from topics where slug = format($2, 1 + n % $3::int))]
    from (select n, format('https://post.example/2026/11/25/harbour-pilots-agree-%s', n) as url,
      now() - make_interval(mins => 10 + n * 9) as at from generate_series(1, $1::int) n) a`,
    [ARTICLES, SECTION, TOPICS],
  );
}

async function forgetTopics({ database: { pool } }: Stage): Promise<void> {
  await seedReaders(pool, { daily: 0 });
  await pool.query(
    `delete from topic_sets where topic_ids && array(select id from topics where slug like 'bench-section-%')`,
  );
  await pool.query(`delete from topics where slug like 'bench-section-%'`);
}
