/**
 * Fan-out alone: plans an edition in this process, and its jobs go nowhere. Its argument is a JSON text, its result as
 * well.
 */
import { readFileSync } from 'node:fs';
import { boot } from '../src/boot.ts';
import { readConfig } from '../src/config.ts';
import { fanOut } from '../src/editions/fan-out.ts';
import { createLog } from '../src/kernel/log.ts';
import { fanOut as fanOutJob } from '../src/platform/queue/jobs.ts';
import type { Jobs } from '../src/platform/queue/producer.ts';
import type { Emails } from '../src/platform/view/emails.ts';
import type { Content } from './content.ts';
import { fixedEmails } from './fixed-emails.ts';

export interface PlanOrder {
  /** Null where the real templates are rendered. */
  contentFile: string | null;
  /** Every variant in one piece, as a mail on its own would be. */
  whole?: boolean;
  /** An instant, or null for an edition by hand. */
  slot: string | null;
}

export interface PlanResult {
  seconds: number;
  cpuSeconds: number;
  rows: number;
  editionId: number;
  peakMegabytes: number;
}

const order = JSON.parse(process.argv[2] ?? '') as PlanOrder;
const config = readConfig();
const log = createLog(config.logLevel);
const { context, close } = await boot({ config, log, migrations: 'check' });

// A fan-out that has had its turn asks for the next one; every other job is dropped.
const turns: unknown[] = [];
const jobs: Jobs = {
  wake: async (job, payload) => {
    if (job.name === fanOutJob.name) turns.push(payload);
  },
  wakeAll: async () => undefined,
};
const needs = { ...context, jobs, emails: emailsOf(order, context.emails) };

function emailsOf({ contentFile, whole }: PlanOrder, emails: Emails): Emails {
  if (contentFile) return fixedEmails(emails, JSON.parse(readFileSync(contentFile, 'utf8')) as Content);
  return whole ? { ...emails, render: emails.renderWhole } : emails;
}

async function open(newsletter: string, slot: string | null): Promise<number> {
  const found = await context.newsletters.bySlug(newsletter);
  if (!found) throw new Error(`there is no newsletter ${newsletter}`);
  const now = context.clock.now();
  if (!slot) return context.editions.openByHand(found.id, null, now);
  const edition = await context.editions.openSlot(found.id, new Date(slot), false, now);
  if (!edition) throw new Error('the slot has its edition already');
  return edition.id;
}

async function plan(editionId: number): Promise<void> {
  turns.push({ editionId });
  for (let turn = turns.shift(); turn; turn = turns.shift()) await fanOut(fanOutJob.payload.parse(turn), needs);
}

await plan(await open('warm-up', null));
const [start, cpuStart] = [performance.now(), process.cpuUsage()];
const id = await open('daily', order.slot);
await plan(id);
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpuStart);
const edition = await context.editions.byId(id);
if (!edition?.plannedAt) throw new Error('the edition was not planned to its end');
const result: PlanResult = {
  seconds,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  rows: edition.audience,
  editionId: id,
  peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
};
process.stdout.write(JSON.stringify(result));
await close();
