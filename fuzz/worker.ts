/** Reads documents one after the other, and says which it is reading, so that it can be ended when one of them has no end. */
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../src/kernel/errors.ts';
import { documentOf } from './document.ts';
import { complaintOf } from './judge.ts';
import { readers } from './read.ts';
import { findSeeds, type Kind } from './seeds.ts';

export interface Order {
  seed: number;
  /** Every `step`th document from here on. */
  from: number;
  step: number;
  until: number;
  /** The number of the document being read, and since when, in ms of the main thread's clock. */
  now: SharedArrayBuffer;
  /** Read this one alone. */
  alone?: { kind: Kind; body: Uint8Array };
}

export interface Verdict {
  n: number;
  read: boolean;
  /** Processor time of this thread: others at work on the same machine make nothing slow. */
  ms: number;
  complaint?: string;
}

const MOST_MS = 1000;
const BATCH = 200;
const order = workerData as Order;
const now = new Float64Array(order.now);
let batch: Verdict[] = [];

function judge(kind: Kind, body: Buffer, n: number): Verdict {
  now[0] = n;
  now[1] = performance.timeOrigin + performance.now();
  const begun = process.threadCpuUsage();
  const { read, complaint } = look(kind, body);
  const spent = process.threadCpuUsage(begun);
  const ms = (spent.user + spent.system) / 1000;
  const slow = ms > MOST_MS ? `took ${Math.round(ms)} ms` : undefined;
  const said = complaint ?? slow;
  return { n, read, ms, ...(said && { complaint: said }) };
}

function look(kind: Kind, body: Buffer): { read: boolean; complaint?: string | undefined } {
  try {
    return { read: true, complaint: complaintOf(readers[kind](body)) };
  } catch (error) {
    if (error instanceof DomainError)
      return { read: false, complaint: complaintOf(error.message.replace(/\s+/g, ' ').trim(), 'id') };
    return { read: false, complaint: `crashed: ${(error as Error)?.stack ?? error}` };
  }
}

const tell = () => {
  parentPort?.postMessage(batch);
  batch = [];
};

if (order.alone) {
  batch.push(judge(order.alone.kind, Buffer.from(order.alone.body), 0));
} else {
  const seeds = findSeeds();
  for (let n = order.from; n < order.until; n += order.step) {
    const { kind, body } = documentOf(order.seed, n, seeds);
    const verdict = judge(kind, body, n);
    batch.push(verdict);
    if (verdict.complaint || batch.length >= BATCH) tell();
  }
}
now[1] = Number.POSITIVE_INFINITY;
tell();
