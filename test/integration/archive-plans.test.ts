import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { costOf, overhear } from '../support/statements.ts';

/** Five years of a newsroom with readers in all zones: an edition for each slot. */
const EDITIONS = 100_000;
/** What a page may read in all. */
const MOST = 45_000;

const pages = [
  '/archive',
  '/archive/feed.xml',
  '/archive/daily',
  '/archive/daily/feed.xml',
  '/archive/hidden',
  '/archive/breaking',
  '/archive?before=50000',
  '/archive/daily?before=30001',
  '/archive?q=the',
  '/archive?q=bridge+harbour',
  '/archive?q=n7777',
  '/archive?q=n7777&before=50000',
  '/archive/daily?q=rare',
  '/archive/breaking?q=the',
  '/archive/breaking/100000',
  '/archive/daily/3',
];

test('no page of the archive reads more than a moment’s worth of rows, with five years of editions', async (t) => {
  const town = await newsroom(t, { workers: 'elsewhere' });
  await fill(town);
  const client = await town.context.pool.connect();
  const said = overhear(town.context.pool);
  const tooMuch: string[] = [];
  for (const page of pages) {
    said();
    const { status } = await fetch(town.url + page);
    if (status !== 200) tooMuch.push(`${page} answers ${status}`);
    let [rows, ms] = [0, 0];
    const steps: string[] = [];
    for (const statement of said()) {
      const cost = await costOf(client, statement);
      rows += cost?.rows ?? 0;
      ms += cost?.ms ?? 0;
      if (cost && cost.rows > MOST / 10) steps.push(cost.worst);
    }
    t.diagnostic(`${page}: ${rows} rows, ${Math.round(ms)} ms in the database`);
    if (rows > MOST) tooMuch.push(`${page} reads ${rows} rows (${steps.join('; ')})`);
  }
  const began = performance.now();
  await client.query(
    `update articles set headline = 'The bridge stands', revision = 2, revised_at = now() where id = 1`,
  );
  t.diagnostic(`an article that 50 editions carried is put right in ${Math.round(performance.now() - began)} ms`);
  client.release();
  assert.deepEqual(tooMuch, []);
  assert.match(await (await fetch(`${town.url}/archive/daily/3`)).text(), /The bridge stands/);
});

/** Three newsletters in turn, one of them hidden and one with little to say: each edition with what 20 articles told. */
async function fill({ context: { pool } }: Newsroom): Promise<void> {
  await pool.query(`
    insert into newsletters (slug, name, kind, when_uncertain, noindex) values ('hidden', 'Hidden', 'digest', 'hold', true);
    set session_replication_role = replica;
    insert into editions (newsletter_id, kind, status, slot, as_of, subject, audience, created_at)
      select n.id, case n.kind when 'digest' then 'digest' else 'alert' end, 'sent', case n.kind when 'digest' then at end, at,
        'Edition ' || i, i % 77, now()
      from generate_series(1, ${EDITIONS}) i cross join lateral (select now() - interval '27 minutes' * (${EDITIONS} - i) as at) s join newsletters n
        on n.slug = case when i % 100 = 0 then 'breaking' when i % 2 = 0 then 'hidden' else 'daily' end order by i;
    insert into archive_entries (edition_id, newsletter_id, variant_id, as_of, title, summary, words)
      select id, newsletter_id, 1, as_of, subject, 'The bridge', archive_words(concat('the bridge n', id,
        case when id % 3 = 0 then ' harbour' end, case when id % 10000 = 1 then ' rare' end, (
          select string_agg(' w' || ((id * 31 + k * k) % 50000), '') from generate_series(1, 40) k)))
      from editions;
    set session_replication_role = origin;
    insert into articles (url, canonical_url, headline, published_at, first_seen_at)
      select 'https://post.example/' || n, 'https://post.example/' || n, 'The bridge, part ' || n, now(), now()
      from generate_series(1, 20) n;
    insert into article_revisions (article_id, revision, headline, standfirst, at) select id, 1, headline, '', now() from articles;
    insert into edition_articles (edition_id, article_id, revision)
      select e.id, a.id, 1 from editions e cross join articles a where e.id <= 100 and e.id % 2 = 1;
    insert into edition_variants (edition_id, id, article_ids, subject, html, body_text)
      select e.id, 1, array(select id from articles), 'The bridge, part 1',
        '<html><head></head><body><h2><a href="https://post.example/1">The bridge, part 1</a></h2></body></html>', ''
      from editions e where e.id <= 100 or e.id > ${EDITIONS - 10};
    insert into edition_variants (edition_id, id, article_ids, subject, html, body_text)
      select id, 1, '{}', subject, '', '' from editions on conflict do nothing;
    update edition_variants set time_zone = 'Europe/London';
  `);
  await pool.query('vacuum analyze');
}
