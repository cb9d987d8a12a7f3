import path from 'node:path';
import { type Measured, perThousand } from './measured.ts';
import type { PlanOrder, PlanResult } from './plan.ts';
import { runProcess } from './processes.ts';
import { seedReaders } from './readers.ts';
import type { Scenario } from './scenarios.ts';
import { environmentOf, type Stage } from './stage.ts';

const AN_HOUR_MS = 3_600_000;

/** From an edition's opening to the commit of its whole plan, with no sending beside it. */
export async function measurePlan(scenario: Scenario, stage: Stage): Promise<Measured> {
  const slot = scenario.way === 'plan for a slot' ? wholeMinute(Date.now()) : undefined;
  await seedReaders(stage.database.pool, { daily: scenario.readers, ...(slot && { slot }) });
  await publishArticle(stage);
  const order: PlanOrder = { contentFile: stage.contentFiles[scenario.body], slot: slot?.toISOString() ?? null };
  const said = await runProcess({
    program: process.execPath,
    args: [path.join(import.meta.dirname, 'plan.ts'), JSON.stringify(order)],
    env: environmentOf(scenario, stage),
    logFile: path.join(stage.folder, `${scenario.name}.log`),
  });
  const { rows, seconds, cpuSeconds, peakMegabytes } = JSON.parse(said) as PlanResult;
  if (rows !== scenario.readers) throw new Error(`${rows} of ${scenario.readers} were planned`);
  const cpu = { sender: perThousand(cpuSeconds, rows) };
  return { count: rows, seconds, perSecond: rows / seconds, cpu, peakMegabytes };
}

const wholeMinute = (now: number) => new Date(Math.floor(now / 60_000) * 60_000);

/** There is no web process here to post it to. It has been there for an hour, so that it is in time for any slot. */
async function publishArticle({ database }: Stage): Promise<void> {
  const at = new Date(Date.now() - AN_HOUR_MS);
  await database.pool.query(
    `insert into articles (url, canonical_url, headline, published_at, first_seen_at) values ($1, $1, $2, $3, $3)`,
    ['https://post.example/pilots', 'Harbour pilots agree a winter timetable', at],
  );
}
