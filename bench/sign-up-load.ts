/** Two hundred people who sign up at once, over and over. Its one argument is a JSON text, its result as well. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface LoadOrder {
  /** Of the server. */
  url: string;
  path: string;
  /** Sign-ups sent before the clock starts, and after. */
  warmUp: number;
  count: number;
  concurrent: number;
}

export interface LoadResult {
  seconds: number;
  /** Milliseconds from the request to the whole answer. */
  p50: number;
  p99: number;
}

const order = JSON.parse(process.argv[2] ?? '') as LoadOrder;
const pool = new Pool(order.url, { connections: order.concurrent, pipelining: 1 });
const token = await tokenOfForm();
let sent = 0;

/** As embed.js asks for it. The other server has none, and ignores it. */
async function tokenOfForm(): Promise<string> {
  const { body } = await pool.request({ path: '/forms/1', method: 'GET', headers: { Accept: 'application/json' } });
  const answer = (await body.json().catch(() => ({}))) as { token?: string };
  // Nobody types faster than that.
  await sleep(2100);
  return answer.token ?? '';
}

/** Each from a network of its own, so that every limit is counted and none is reached. */
async function signUp(n: number): Promise<number> {
  const begun = performance.now();
  const ip = [11 + (n % 80), (n >> 16) & 255, (n >> 8) & 255, n & 255].join('.');
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: order.path,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Forwarded-For': ip },
    body: JSON.stringify({ email: `reader${n}@bench.example`, time_zone: 'Europe/London', token }),
  });
  const text = await body.text();
  if (statusCode !== 202) throw new Error(`a sign-up was answered ${statusCode} ${text}`);
  return performance.now() - begun;
}

async function crowd(count: number): Promise<number[]> {
  const times: number[] = [];
  const until = sent + count;
  const person = async () => {
    while (sent < until) times.push(await signUp(sent++));
  };
  await Promise.all(Array.from({ length: order.concurrent }, person));
  return times.sort((a, b) => a - b);
}

await crowd(order.warmUp);
const start = performance.now();
const times = await crowd(order.count);
const seconds = (performance.now() - start) / 1000;
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const result: LoadResult = { seconds, p50: at(0.5), p99: at(0.99) };
await pool.close();
process.stdout.write(JSON.stringify(result));
