import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { createSourceHealthStore } from '../../src/articles/source-health-store.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { createHomeStore } from '../../src/deliveries/home-store.ts';
import { lookHome } from '../../src/deliveries/look-home.ts';
import { createReportStore } from '../../src/deliveries/report-store.ts';
import { createStockStore } from '../../src/deliveries/stock-store.ts';
import { createComingStore } from '../../src/editions/coming-store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createNewsletterStore } from '../../src/newsletters/store.ts';
import { createPool } from '../../src/platform/db/pool.ts';
import { createPeopleStore } from '../../src/staff/people-store.ts';
import { createConsentStore } from '../../src/subscribers/consent-store.ts';
import { createDueStore } from '../../src/subscribers/due-store.ts';
import { createReaderStock } from '../../src/subscribers/reader-stock-store.ts';
import { createReaderStore } from '../../src/subscribers/reader-store.ts';
import { cleanUp } from '../support/clean-up.ts';
import { freshDatabase } from '../support/database.ts';

const READERS = 1_000_000;
const SMALL = 50;
const SMALL_AUDIENCE = 100;
const LARGE = SMALL + 1;
const NOW = new Date('2026-11-20T12:00:00Z');
/** What is read of a large table by one statement, at the most: the newest consents, all editions of a day. */
const MOST = 12_000;
const LARGE_TABLES = /^(subscriptions|subscribers|consent_events|deliveries.*)$/;

/** As PostgreSQL explains it, in JSON. */
interface Step {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Step[];
}

const steps = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(steps)];

test('however many readers there are, Home reads no large table as a whole', async (t) => {
  const pool = createPool(await freshDatabase(t), createLog('silent'), 4);
  const asked: CompiledQuery[] = [];
  const db = new Kysely<Record<string, never>>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void asked.push(query),
  });
  cleanUp(t, () => db.destroy());
  await pool.query(filling);
  const stock = createReaderStock(db);
  for (const newsletter of [1, 2]) await stock.take(newsletter, NOW);
  const stocks = createStockStore(db);
  await stocks.count(LARGE);
  await pool.query('analyze');
  asked.length = 0;

  const seen = await lookHome({
    ...{ clock: { now: () => NOW }, newsletters: createNewsletterStore(db), articles: createArticleStore(db) },
    ...{ sourceHealth: createSourceHealthStore(db), coming: createComingStore(db), due: createDueStore(db), stock },
    ...{ consents: createConsentStore(db), readers: createReaderStore(db), people: createPeopleStore(db) },
    ...{ home: createHomeStore(db), reports: createReportStore(db) },
  });
  const [digest] = seen.coming.digests;
  assert.deepEqual([digest?.further, digest?.readers, digest?.headlines.length, digest?.more], [23, READERS, 5, 19]);
  assert.deepEqual(seen.moves, { joined: 4860, left: 540, atLeast: false });
  assert.equal(seen.editions[0]?.counts.accepted, READERS);
  assert.equal(seen.sums.accepted, READERS);

  const looked = new Set<string>();
  for (const { sql, parameters } of asked) {
    const { rows } = await pool.query(`explain (analyze, format json) ${sql}`, [...parameters]);
    for (const step of steps(rows[0]['QUERY PLAN'][0].Plan)) {
      if (!LARGE_TABLES.test(step['Relation Name'] ?? '') || step['Actual Loops'] === 0) continue;
      looked.add(step['Relation Name'] ?? '');
      const read = (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'];
      const where = `${step['Node Type']} on ${step['Relation Name']}: ${read} rows, in ${sql}`;
      assert.notEqual(step['Node Type'], 'Seq Scan', where);
      assert.ok(read <= MOST, where);
    }
  }
  // What is not looked at here would prove nothing.
  assert.deepEqual([...looked].toSorted(), ['consent_events', 'deliveries_0', 'subscribers', 'subscriptions']);
});

/** Readers of 24 zones, all served at one instant but for their own slot, and two years of consents. */
const filling = `
  insert into subscribers (email, email_key, email_hash, time_zone, created_at)
    select k, k, decode(md5(n::text), 'hex'), 'Europe/London', '2025-01-01'
    from (select n, 'r' || n || '@example.org' as k from generate_series(1, ${READERS}) n) x;
  insert into subscriptions (subscriber_id, newsletter_id, state, created_at, activated_at, next_due_at, served_until)
    select id, 1, 'active', '2025-01-01', '2025-01-01', due, due - interval '1 day'
    from (select id, timestamptz '2026-11-20T13:00:00Z' + make_interval(hours => (id % 24)::int) as due from subscribers) r;
  insert into consent_events (subscriber_id, newsletter_id, kind, method, at)
    select id, 1, case when id % 10 = 0 then 'unsubscribed' else 'confirmed' end, 'link',
      timestamptz '${NOW.toISOString()}' - make_interval(secs => ${READERS} - id) * 16
    from subscribers order by id;
  insert into articles (url, canonical_url, headline, published_at, first_seen_at)
    select u, u, 'Headline ' || n, at, at from (select n, 'https://post.example/' || n as u,
      timestamptz '${NOW.toISOString()}' - make_interval(hours => n) as at from generate_series(0, 20000) n) a;
  insert into editions (newsletter_id, kind, status, as_of, subject, audience, created_at, planned_at, finished_at)
    select 1, 'digest', 'sent', timestamptz '${NOW.toISOString()}' - make_interval(hours => ${SMALL} - n), 'Small', ${SMALL_AUDIENCE},
      now(), now(), now() from generate_series(1, ${SMALL}) n
    union all select 1, 'digest', 'sent', timestamptz '${NOW.toISOString()}', 'Large', ${READERS}, now(), now(), now();
  insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state)
    select e, r, r, 1, 0, 'accepted' from generate_series(1, ${SMALL}) e, generate_series(1, ${SMALL_AUDIENCE}) r;
  insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state)
    select ${LARGE}, subscriber_id, id, 1, id / 250, 'accepted' from subscriptions;
  analyze`;
