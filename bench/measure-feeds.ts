import type { RequestListener } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { feedOf, hostileAnswers, openSite, type Site } from './feeds.ts';
import { type Measured, perThousand } from './measured.ts';
import { emptyQueue, FLAGS, startDaybreak } from './newsroom.ts';
import type { PollOrder, PollResult } from './poll.ts';
import { cpuSeconds, peakMegabytes } from './proc.ts';
import { runProcess } from './processes.ts';
import { seedReaders } from './readers.ts';
import type { Scenario } from './scenarios.ts';
import { single } from './servers.ts';
import { environmentOf, main, type Stage } from './stage.ts';

const FETCHED = { PRIVATE_FETCH_ALLOW: '127.0.0.1' };

/** From the request for a feed to the last of its articles in the database, in a process that does nothing else. */
export async function measureFeed(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { pool } = stage.database;
  await forgetSources(stage);
  const feeds: Record<string, string> = { '/warm-up': feedOf(100), '/feed': feedOf(scenario.readers) };
  const site = await openSite((req, res) => res.end(feeds[req.url ?? '']));
  try {
    const order: PollOrder = { warmUp: `${site.url}/warm-up`, url: `${site.url}/feed` };
    const said = await runProcess({
      program: process.execPath,
      args: [...FLAGS, path.join(import.meta.dirname, 'poll.ts'), JSON.stringify(order)],
      env: { ...environmentOf(scenario, stage), ...FETCHED },
      logFile: path.join(stage.folder, `${scenario.name}.log`),
    });
    const { seconds, cpuSeconds: cpu, peakMegabytes: peak, error } = JSON.parse(said) as PollResult;
    const { count } = await single<{ count: number }>(pool, 'select count(*)::int as count from articles');
    if (error || count !== scenario.readers) throw new Error(error ?? `${count} of ${scenario.readers} were stored`);
    return {
      count,
      seconds,
      perSecond: count / seconds,
      cpu: { sender: perThousand(cpu, count) },
      peakMegabytes: peak,
    };
  } finally {
    site.close();
  }
}

const SOON_MS = 90_000;
/** More is in the kernel's hands when the connection is cut. */
const TAKEN_MOST = 64 * 1024 * 1024;

/**
 * Twenty ordinary sources of as many servers behind a bomb, a feed without end and a drip of one server, all due at once, in a
 * `daybreak worker`: from the first request of all to the last one of an ordinary source.
 */
export async function measureHostile(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { pool } = stage.database;
  await forgetSources(stage);
  await emptyQueue(stage);
  const { answers, sent } = hostileAnswers();
  const asked = new Map<string, number>();
  const feed = feedOf(20);
  const listener: RequestListener = (req, res) => {
    const name = req.url?.slice(1) ?? '';
    if (!asked.has(name)) asked.set(name, performance.now());
    const hostile = answers[name];
    if (hostile) hostile(res);
    else res.end(feed.replaceAll('post.example/', `post.example/${name}/`).replaceAll('>post-', `>${name}-`));
  };
  const site = await openSite(listener);
  const others = await Promise.all(Array.from({ length: scenario.readers }, () => openSite(listener)));
  await addSources(stage, site, Object.keys(answers), others);
  const worker = await startDaybreak([main, 'worker'], scenario, stage, /^daybreak worker ready/, FETCHED);
  try {
    await settled(stage, scenario.readers + Object.keys(answers).length);
    const { rows } = await pool.query(`select url, error from sources where error is not null order by id`);
    const ended = rows
      .map(({ url, error }: Record<string, string>) => `${url?.split('/').at(-1)}: ${error}`)
      .join('\n');
    for (const words of [/bomb: .*unpacks to more/, /endless: .*larger than/, /drip: .*next to nothing came/])
      if (!words.test(ended)) throw new Error(`${words} is missing in: ${ended}`);
    const healthy = rows.filter(({ url }) => !(url.split('/').at(-1) in answers));
    if (healthy.length > 0) throw new Error(`ordinary sources failed: ${ended}`);
    if (sent.bytes > TAKEN_MOST) throw new Error(`${sent.bytes} bytes of the endless feed were taken`);
    const ordinary = [...asked].filter(([name]) => !(name in answers)).map(([, at]) => at);
    const seconds = (Math.max(...ordinary) - Math.min(...asked.values())) / 1000;
    const cpu = { sender: perThousand(cpuSeconds(worker.pid), ordinary.length) };
    const count = ordinary.length;
    return { count, seconds, perSecond: count / seconds, cpu, peakMegabytes: peakMegabytes(worker.pid) };
  } finally {
    await worker.stop();
    for (const each of [site, ...others]) each.close();
    await forgetSources(stage);
  }
}

async function forgetSources(stage: Stage): Promise<void> {
  await seedReaders(stage.database.pool, { daily: 0 });
  await stage.database.pool.query('delete from sources');
}

/** The hostile ones first in the queue. */
async function addSources(stage: Stage, site: Site, hostile: string[], others: Site[]): Promise<void> {
  const urls = [...hostile.map((name) => `${site.url}/${name}`), ...others.map(({ url }, n) => `${url}/ordinary-${n}`)];
  await stage.database.pool.query(
    `insert into sources (url, poll_seconds, next_poll_at, created_at)
    select url, 600, now() - make_interval(mins => 60 - n::int), now()
    from unnest($1::text[]) with ordinality as s (url, n)`,
    [urls],
  );
}

async function settled({ database }: Stage, sources: number): Promise<void> {
  const until = performance.now() + SOON_MS;
  const asked = 'select count(*)::int as count from sources where polled_at is not null';
  for (;;) {
    const { count } = await single<{ count: number }>(database.pool, asked);
    if (count === sources) return;
    if (performance.now() > until) throw new Error(`${count} of ${sources} sources were read`);
    await sleep(50);
  }
}
