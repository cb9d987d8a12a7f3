/** A plain program on nodemailer's pool, without a ledger. Its one argument is a JSON text, its result as well. */
import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import type { Content } from './content.ts';
import { referenceMessage } from './reference-message.ts';
import { CONNECTIONS } from './scenarios.ts';

export interface LoopOrder {
  port: number;
  contentFile: string;
  keyFile: string | null;
  warmUp: number;
  messages: number;
}

export interface LoopResult {
  seconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
}

const order = JSON.parse(process.argv[2] ?? '') as LoopOrder;
const content = JSON.parse(readFileSync(order.contentFile, 'utf8')) as Content;
const transport = createTransport({
  pool: true,
  host: '127.0.0.1',
  port: order.port,
  maxConnections: CONNECTIONS,
  maxMessages: Number.POSITIVE_INFINITY,
  ...(order.keyFile && {
    dkim: { domainName: 'bench.example', keySelector: 'bench', privateKey: readFileSync(order.keyFile, 'utf8') },
  }),
});

/** Twice as many under way as there are connections: none ever waits for a message. */
async function send(count: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await transport.sendMail(referenceMessage(content, next++));
  };
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, lane));
}

await send(order.warmUp);
const [start, cpuStart] = [performance.now(), process.cpuUsage()];
await send(order.messages);
const cpu = process.cpuUsage(cpuStart);
const result: LoopResult = {
  seconds: (performance.now() - start) / 1000,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
};
transport.close();
process.stdout.write(JSON.stringify(result));
