/** Polls a small feed to warm up, then the measured one, in this process. Its argument is a JSON text, its result as well. */
import { pollSource } from '../src/articles/poll-source.ts';
import { boot } from '../src/boot.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/kernel/log.ts';

export interface PollOrder {
  warmUp: string;
  url: string;
}

export interface PollResult {
  seconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
  error: string | null;
}

const order = JSON.parse(process.argv[2] ?? '') as PollOrder;
const config = readConfig();
const log = createLog(config.logLevel);
const { context, close } = await boot({ config, log, migrations: 'check', mail: false });

async function poll(url: string): Promise<string | null> {
  const { id } = await context.articles.addSource({ url }, context.clock.now());
  await pollSource(id, context);
  return (await context.articles.source(id))?.error ?? null;
}

await poll(order.warmUp);
const [start, cpuStart] = [performance.now(), process.cpuUsage()];
const error = await poll(order.url);
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpuStart);
const result: PollResult = {
  seconds,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  error,
};
process.stdout.write(JSON.stringify(result));
await close();
