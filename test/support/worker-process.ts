import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { cleanUp } from './clean-up.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

export interface DaybreakProcess {
  pid: number;
  /** Without a chance to finish anything. */
  kill(): Promise<void>;
  /** As a deploy does it. @returns the exit code, and how many seconds it took */
  terminate(): Promise<{ code: number | null; seconds: number }>;
  /** Its event loop stands still, and nobody is told. */
  freeze(): void;
  thaw(): void;
}

interface Surroundings {
  env: Record<string, string>;
}

/** `daybreak worker` in a process of its own, on the newsroom's database, queue and relay. Its clock is the machine's. */
export const workerProcess = (t: TestContext, { env }: Surroundings): Promise<DaybreakProcess> =>
  daybreakProcess(t, 'worker', { env });

/** One of our commands that stay; returns once it says that it is ready. */
export async function daybreakProcess(
  t: TestContext,
  command: 'up' | 'worker',
  { env }: Surroundings,
): Promise<DaybreakProcess> {
  const child = spawn(process.execPath, [main, command], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals) => {
    // Whatever the fault, a process that ends without being told to is a failure of its own.
    if (child.exitCode !== null) throw new Error(`daybreak ${command} ended by itself with code ${child.exitCode}`);
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  let told = false;
  const kill = async () => {
    told = true;
    await end('SIGKILL');
  };
  cleanUp(t, async () => {
    if (!told) await kill();
  });
  const ready = await hears(child.stdout, /^daybreak (worker )?ready/);
  if (!ready || child.pid === undefined) throw new Error(`daybreak ${command} ended before it was ready`);
  return {
    pid: child.pid,
    kill,
    terminate: async () => {
      const start = performance.now();
      told = true;
      const code = await end('SIGTERM');
      return { code, seconds: (performance.now() - start) / 1000 };
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

async function hears(output: NodeJS.ReadableStream, words: RegExp): Promise<boolean> {
  for await (const line of createInterface(output)) {
    if (!words.test(line)) continue;
    output.resume();
    return true;
  }
  return false;
}
