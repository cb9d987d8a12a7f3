import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { cleanUp } from './clean-up.ts';
import type { Acceptance, Order, Plan, RelayState } from './fault-relay/plan.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

const main = path.join(import.meta.dirname, 'fault-relay/main.ts');

export type FaultRelay = Awaited<ReturnType<typeof faultRelay>>;

/** A relay in a process of its own, which nothing that happens to us can make forget what it has accepted. */
export async function faultRelay(t: TestContext) {
  const file = path.join(await tempDir(t), 'accepted.jsonl');
  const child = spawn(process.execPath, [main, file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  cleanUp(t, async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const [{ port }] = (await once(child, 'message')) as [AddressInfo];
  const ask = oneByOne(child);
  const look = () => ask({ look: true });

  return {
    url: `smtp://127.0.0.1:${port}`,
    look,
    /** From now on it behaves like this, and whoever stood in a silence is answered. */
    follows: (plan: Plan) => ask({ plan }),
    behaves: () => ask({ plan: {} }),
    /** On those who stand in a silence; an answer on its way to somebody else is not lost by it. */
    hangsUp: () => ask({ hangUp: true }),
    /** Waits until this many conversations stand in a silence. */
    silentWith: (count: number) =>
      until(`${count} conversations stand still at the relay`, async () => (await look()).silent >= count),
    accepts: (count: number) =>
      until(`the relay has accepted ${count} messages`, async () => (await look()).accepted >= count),
    record: async (): Promise<Acceptance[]> => {
      if (!existsSync(file)) return [];
      const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as Acceptance);
    },
  };
}

/** Answers come in the order of the orders, so one waits for the other. */
function oneByOne(child: ChildProcess): (order: Order) => Promise<RelayState> {
  let last: Promise<unknown> = Promise.resolve();
  return (order) => {
    const answer = last.then(async () => {
      const reply = once(child, 'message');
      child.send(order);
      return (await reply)[0] as RelayState;
    });
    last = answer.catch(() => undefined);
    return answer;
  };
}
