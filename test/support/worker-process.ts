import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { cleanUp } from './clean-up.ts';
import type { Newsroom } from './newsroom.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

export interface WorkerProcess {
  /** Without a chance to finish anything. */
  kill(): Promise<void>;
}

/** `daybreak worker` in a process of its own, on the newsroom's database, queue and relay. Its clock is the machine's. */
export async function workerProcess(t: TestContext, { env }: Newsroom): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [main, 'worker'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  cleanUp(t, kill);
  for await (const line of createInterface(child.stdout)) if (line === 'daybreak worker ready') break;
  return { kill };
}
