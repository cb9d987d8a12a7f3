import path from 'node:path';
import { findProgram } from '../test/support/find-program.ts';
import { type Measured, perThousand } from './measured.ts';
import type { LoopOrder, LoopResult } from './nodemailer-loop.ts';
import { bytesRead } from './proc.ts';
import { runProcess } from './processes.ts';
import { WARM_UP } from './readers.ts';
import { CONNECTIONS, type Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** nodemailer's pool in a loop: the plain way, with nothing written down. */
export async function measureNodemailer(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { readers: count, body, dkim, delayMs, name } = scenario;
  const sink = stage.sinks[delayMs];
  const order: LoopOrder = {
    port: sink.port,
    contentFile: stage.contentFiles[body],
    keyFile: dkim === 'off' ? null : stage.keyFiles[dkim],
    warmUp: WARM_UP,
    messages: count,
  };
  const before = bytesRead(sink.pid);
  const said = await runProcess({
    program: process.execPath,
    args: [path.join(import.meta.dirname, 'nodemailer-loop.ts'), JSON.stringify(order)],
    env: { NODE_ENV: 'production' },
    logFile: path.join(stage.folder, `${name}.log`),
  });
  const { seconds, cpuSeconds, peakMegabytes } = JSON.parse(said) as LoopResult;
  return {
    count,
    seconds,
    perSecond: count / seconds,
    cpu: { sender: perThousand(cpuSeconds, count) },
    peakMegabytes,
    wireBytes: (bytesRead(sink.pid) - before) / (count + WARM_UP),
  };
}

// With the names below this makes as many bytes on the wire as a mail of ours has, commands included.
const HEADER_BYTES = 112;

/** Postfix's own load generator, in C and without pipelining. */
export async function measureSmtpSource(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { readers: count, body, delayMs, name, keepsConnections } = scenario;
  const sink = stage.sinks[delayMs];
  const [bytes, sessions, messages] = [body * 1000 - HEADER_BYTES, CONNECTIONS, count].map(String);
  const options = { '-s': sessions, '-l': bytes, '-m': messages, '-M': 'bench.example', '-f': 'news@bench.example' };
  const args = [
    '-4',
    ...(keepsConnections ? ['-d'] : []),
    ...Object.entries({ ...options, '-t': 'reader@bench.example' }).flat(),
  ] as string[];
  const before = bytesRead(sink.pid);
  const start = performance.now();
  await runProcess({
    program: findProgram('smtp-source') ?? '',
    args: [...args, `127.0.0.1:${sink.port}`],
    logFile: path.join(stage.folder, `${name}.log`),
  });
  const seconds = (performance.now() - start) / 1000;
  return { count, seconds, perSecond: count / seconds, cpu: {}, wireBytes: (bytesRead(sink.pid) - before) / count };
}
