import assert from 'node:assert/strict';
import { pollSource } from '../../src/platform/queue/jobs.ts';
import { chromium, observe } from '../support/browser.ts';
import { Colleague, colleague } from '../support/colleague.ts';
import { newsroom, onBothQueues } from '../support/newsroom.ts';

onBothQueues('admins alone look into the queues and change them, and no other host is asked', async (t, queue) => {
  const town = await newsroom(t, { queue, workers: 'elsewhere' });
  const admin = await colleague(town, 'admin');
  const kim = await colleague(town, 'editor');
  const visitor = new Colleague('nobody@post.example', town);
  for (const place of ['', '/', '/queue/ingest', '/api/queues', '/static/images/logo.svg']) {
    const { status } = await admin.get(`/console/queues${place}`);
    const others = [
      (await kim.get(`/console/queues${place}`)).status,
      (await visitor.get(`/console/queues${place}`)).status,
    ];
    assert.deepEqual([status, ...others], [200, 403, 303], place);
  }

  await town.context.jobs.wake(pollSource, { sourceId: 4711 });
  const page = await (await chromium(t)).newPage();
  const seen = await observe(page);
  await page.context().addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: town.url })));
  await page.goto(`${town.url}/console/queues`);
  await page.getByText('transactional').first().waitFor();
  await page.goto(`${town.url}/console/queues/queue/ingest?status=waiting`);
  await page.getByText('4711').first().waitFor();
  assert.deepEqual(seen, { complaints: [], origins: new Set([town.url]), cookies: [] });

  const pause = async (who: Colleague, headers: Record<string, string>) => {
    const Cookie = [...who.cookies].map((pair) => pair.join('=')).join('; ');
    const at = `${town.url}/console/queues/api/queues/ingest/pause`;
    return (await fetch(at, { method: 'PUT', headers: { Cookie, ...headers } })).status;
  };
  const ours = { Origin: town.url };
  assert.deepEqual([await pause(admin, { Origin: 'https://evil.example' }), await pause(admin, {})], [403, 403]);
  assert.equal(await pause(kim, ours), 403);
  assert.equal(await town.context.producer.queues.get('ingest')?.isPaused(), false);
  assert.equal(await pause(admin, ours), 200);
  assert.equal(await town.context.producer.queues.get('ingest')?.isPaused(), true);
  assert.match(await admin.page('/console/audit?act=queue.change'), /queue ingest.*\/api\/queues\/ingest\/pause/s);
});
