import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeStock } from '../../src/deliveries/take-stock.ts';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { costOf, overhear } from '../support/statements.ts';

const MILLION = 1_000_000;
/** What a page may read in all: a count of up to 20,000 is one that takes no time. */
const MOST = 45_000;

const pages = [
  '/console',
  '/console/editions',
  '/console/editions/1',
  '/console/editions/1?state=failed',
  '/console/editions/1?state=accepted',
  '/console/editions/1?state=deferred',
  '/console/editions/1?q=r777777%40example.org',
  '/console/editions/1?cursor=900000',
  '/console/editions/2',
  '/console/alerts/new',
  '/console/alerts/3',
  '/console/alerts/4',
  '/console/editions/1/mail',
  '/console/previews',
  '/console/previews?reader=777777',
  '/console/previews?newsletter=daily&before=2000',
  '/console/previews?newsletter=breaking&edition=1',
  '/console/previews?newsletter=breaking&edition=1&reader=777777&look=source',
  '/console/articles',
  '/console/articles?q=bridge',
  '/console/articles/77',
  '/console/readers',
  '/console/readers?q=r77777',
  '/console/readers?q=r777777%40example.org',
  '/console/readers/777777',
  '/console/readers/777777?edition=1',
  '/console/newsletters',
  '/console/newsletters/daily',
  '/console/forms',
  '/console/forms/1',
  '/console/sign-ups',
  '/console/newsletters/daily/leaving',
  '/console/digests/daily',
  `/console/digests/daily/${new Date(Date.now() + 3_600_000).toISOString().slice(0, 10)}`,
  '/console/sources',
  '/console/sources/1',
  '/console/topics',
  '/console/topics/sources/1',
  '/console/suppressions',
  '/console/brand',
  '/console/safety',
  '/console/staff',
  '/console/keys',
  '/console/audit',
  '/console/audit?act=alert.release',
  '/console/audit?who=nobody%40post.example',
  '/console/audit?subject=article%2077',
  '/console/audit?from=2020-01-01&to=2020-01-02',
  '/console/audit?who=nobody%40post.example&from=2020-01-01&to=2099-01-01',
  '/console/account',
  '/console/deliverability',
];

test('no page of the console reads more than a moment’s worth of rows, with a million readers and their ledger', async (t) => {
  const town = await newsroom(t, { workers: 'elsewhere' });
  const kim = await colleague(town, 'admin');
  await fill(town);
  const client = await town.context.pool.connect();
  const said = overhear(town.context.pool);
  const tooMuch: string[] = [];
  for (const page of pages) {
    said();
    const { status } = await kim.get(page);
    if (status !== 200 && status !== 303) tooMuch.push(`${page} answers ${status}`);
    let [rows, ms] = [0, 0];
    const steps: string[] = [];
    for (const statement of said()) {
      const cost = await costOf(client, statement);
      if (!cost) continue;
      rows += cost.rows;
      ms += cost.ms;
      if (cost.rows > MOST / 10) steps.push(cost.worst);
    }
    t.diagnostic(`${page}: ${rows} rows, ${Math.round(ms)} ms in the database`);
    if (rows > MOST) tooMuch.push(`${page} reads ${rows} rows (${steps.join('; ')})`);
  }
  client.release();
  assert.deepEqual(tooMuch, []);
});

/** Two large editions, a draft, a correction, and everything else in numbers. */
async function fill({ context: { pool, stocks, stock, clock } }: Newsroom): Promise<void> {
  // Checking references row by row would take longer than everything else.
  await pool.query(`
    set session_replication_role = replica;
    insert into subscribers (email, email_key, email_hash, time_zone, created_at)
      select 'r' || n || '@example.org', 'r' || n || '@example.org', decode(md5(n::text), 'hex'),
        (array['Europe/London', 'America/New_York', 'Asia/Tokyo'])[1 + n % 3], now() from generate_series(1, ${MILLION}) n;
    insert into subscriptions (subscriber_id, newsletter_id, state, created_at, activated_at, next_due_at)
      select s.id, n.id, 'active', now(), now(),
        case when n.kind = 'digest' then now() + interval '1 hour' * (1 + s.id % 3) end
      from subscribers s cross join newsletters n where n.kind = 'breaking' or s.id % 10 = 0;
    insert into sources (url, next_poll_at, created_at) values ('https://post.example/feed', now(), now());
    insert into source_polls (source_id, at, outcome, ms) select 1, now(), 'same', 5 from generate_series(1, 20);
    insert into articles (source_id, url, canonical_url, headline, standfirst, published_at, first_seen_at)
      select case when n % 2 = 0 then 1 end, 'https://post.example/' || n, 'https://post.example/' || n, 'The bridge, part ' || n, 'Both ways.',
        now() - interval '1 minute' * n, now() - interval '1 minute' * n from generate_series(1, 100000) n;
    insert into topics (slug, name, name_key) select 't-' || n, 'T ' || n, 't ' || n from generate_series(1, 2000) n;
    update articles set topic_ids = array[1 + id % 2000, 1 + id % 7]::int[];
    insert into sources (url, next_poll_at, created_at)
      select 'https://post.example/feed-' || n, now(), now() from generate_series(1, 150) n;
    insert into topic_names (source_id, kind, key, name, times, last_seen_at, article_url)
      select s.id, 'category', 't ' || n, 'T ' || n, n, now(), 'https://post.example/' || n
      from sources s cross join generate_series(1, 500) n;
    insert into topic_rules (source_id, kind, key, name, topic_id, created_at)
      select s.id, 'section', 'news/' || n, 'news/' || n, n, now() from sources s cross join generate_series(1, 50) n;
    insert into editions (newsletter_id, kind, status, as_of, headline, body, subject, audience, chunks, planned_at, created_at,
        finished_at, begun_at, authors)
      select b.id, 'alert', s.status, now() - interval '1 hour', 'Storm', 'Both ways.', 'Storm',
        case when s.status = 'draft' then 0 else ${MILLION} end, 4000, now(), now(),
        case when s.status = 'sent' then now() end, now() - interval '1 hour', '{}'
      from newsletters b cross join (values (1, 'sent'), (2, 'sending'), (3, 'draft')) s (place, status)
      where b.slug = 'breaking' order by s.place;
    insert into editions (newsletter_id, kind, status, as_of, headline, body, subject, corrects, chain, wrong, created_at)
      select newsletter_id, 'alert', 'draft', now(), 'Storm', 'One way.', 'Storm', id, array[id], 'Both ways.', now()
      from editions where id = 1;
    insert into editions (newsletter_id, kind, status, slot, as_of, audience, created_at, finished_at)
      select d.id, 'digest', 'sent', now() - interval '1 day' * n, now() - interval '1 day' * n, 0, now(), now()
      from newsletters d cross join generate_series(1, 3000) n where d.slug = 'daily';
    insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state, reason, attempts, settled_at)
      select e.id, s.subscriber_id, s.id, 1, s.id / 250,
        case when e.id = 2 then 'pending' when s.subscriber_id % 50000 = 0 then 'failed' else 'accepted' end,
        'accepted', 1, now()
      from subscriptions s join editions e on e.newsletter_id = s.newsletter_id
        and (e.id = 1 or e.id = 2 and s.subscriber_id > 900000);
    insert into edition_variants (edition_id, id, article_ids, subject, html, body_text)
      values (1, 1, '{}', 'Storm', '<p>Storm</p>', 'Storm');
    insert into audit_log (at, who, act, subject) select now() - interval '1 hour' * (100000 - n), 'kim@post.example', 'article.add',
      'article ' || n from generate_series(1, 100000) n;
    insert into consent_events (subscriber_id, newsletter_id, kind, method, at)
      select id, 1, 'imported', 'import', now() from subscribers where id % 10 = 7;
    insert into suppressions (email_hash, reason, at)
      select decode(md5('x' || n), 'hex'), 'bounced 5.1.1', now() from generate_series(1, 200000) n;
    set session_replication_role = origin;
  `);
  await pool.query('analyze');
  await takeStock({ stocks });
  for (const id of await stock.stale(new Date())) await stock.take(id, clock.now());
  await pool.query('vacuum analyze');
}
