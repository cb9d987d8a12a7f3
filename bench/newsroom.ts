import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Running, startProcess } from './processes.ts';
import { type Audience, seedReaders } from './readers.ts';
import type { Scenario } from './scenarios.ts';
import { environmentOf, main, type Stage } from './stage.ts';

/** A whole Daybreak in processes of its own, with nothing sent yet. */
export interface Newsroom {
  workers: Running[];
  /** @returns the edition's id */
  digest(newsletter: string): Promise<number>;
  alert(): Promise<number>;
  stop(): Promise<void>;
}

// Workers share a relay's connections, and hear of each other at their next sign of life.
const ACQUAINTANCE_MS = 6000;

/** Seeds, starts `daybreak web` and the workers, and publishes one article for the digests to carry. */
export async function openNewsroom(scenario: Scenario, audience: Audience, stage: Stage): Promise<Newsroom> {
  await seedReaders(stage.database.pool, audience);
  await emptyQueue(stage);
  const web = await startDaybreak([main, 'web'], scenario, stage, /^daybreak ready on/);
  const workers = await startWorkers(scenario, stage);
  const post = (route: string, body: object) =>
    call(`${web.ready.split(' ').at(-1)}/api/v1${route}`, stage.apiKey, body);
  await post('/articles', { url: 'https://post.example/pilots', headline: 'Harbour pilots agree a winter timetable' });
  return {
    workers,
    digest: (newsletter) => post('/editions', { newsletter }),
    alert: () =>
      post('/alerts', {
        newsletter: 'breaking',
        headline: 'Storm closes the harbour bridge',
        text: 'The bridge is shut in both directions until further notice. Buses turn at the fish market.',
        undo_seconds: 0,
      }),
    stop: async () => {
      await Promise.all(workers.map(({ stop }) => stop()));
      await web.stop();
    },
  };
}

/** As `src/bootstrap.js` and the Dockerfile start it. */
export const FLAGS = ['--max-semi-space-size=8', '--initial-old-space-size=96', '--heap-growing-percent=40'];

export function startDaybreak(
  args: string[],
  scenario: Scenario,
  stage: Stage,
  ready: RegExp,
  extra: Record<string, string> = {},
): Promise<Running> {
  const logFile = path.join(stage.folder, `${scenario.name}.log`);
  const env = { ...environmentOf(scenario, stage), ...extra };
  return startProcess({ program: process.execPath, args: [...FLAGS, ...args], env, logFile, ready });
}

async function startWorkers(scenario: Scenario, stage: Stage): Promise<Running[]> {
  const args = [path.join(import.meta.dirname, 'worker.ts'), stage.contentFiles[scenario.body]];
  const start = () => startDaybreak(args, scenario, stage, /^daybreak worker ready/);
  const workers = await Promise.all(Array.from({ length: scenario.workers }, start));
  if (workers.length > 1) await sleep(ACQUAINTANCE_MS);
  return workers;
}

export async function emptyQueue({ redis }: Stage): Promise<void> {
  if (!redis) return;
  const client = new Redis(redis.port, '127.0.0.1');
  await client.flushall();
  client.disconnect();
}

async function call(url: string, apiKey: string, body: object): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status} ${answer}`);
  return (JSON.parse(answer) as { id: number }).id;
}
