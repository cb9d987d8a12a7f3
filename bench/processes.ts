import { type ChildProcess, type ChildProcessByStdio, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Running {
  pid: number;
  /** The line that said it is ready. */
  ready: string;
  /** Null while it runs, else how it ended and what it said last. */
  ended(): string | null;
  stop(): Promise<void>;
}

interface Launch {
  program: string;
  args: string[];
  env?: Record<string, string>;
  /** Takes what it writes to stderr. */
  logFile: string;
}

const DRAIN_MS = 16_000;
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** @throws with its last words when it ends before it is ready */
export async function startProcess(launch: Launch & { ready: RegExp }): Promise<Running> {
  const child = launchChild(launch);
  const { pid = 0 } = child;
  const ended = () => (over(child) ? lastWords(child, launch) : null);
  for await (const ready of createInterface({ input: child.stdout })) {
    if (!launch.ready.test(ready)) continue;
    child.stdout.resume();
    return { pid, ready, ended, stop: () => stop(child) };
  }
  await stop(child);
  throw new Error(lastWords(child, launch));
}

/** Runs a program to its end. @returns what it wrote to stdout @throws with its last words when it fails */
export async function runProcess(launch: Launch): Promise<string> {
  const child = launchChild(launch);
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(lastWords(child, launch));
  return Buffer.concat(said).toString();
}

function launchChild({ program, args, env = {}, logFile }: Launch) {
  const log = openSync(logFile, 'a');
  const options = {
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '', ...env },
    stdio: ['ignore', 'pipe', log] satisfies StdioOptions,
  };
  const child = spawn(program, args, options) as ChildProcessByStdio<null, Readable, null>;
  closeSync(log);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (over(child)) return;
  const patience = setTimeout(() => child.kill('SIGKILL'), DRAIN_MS);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  clearTimeout(patience);
}

const over = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function lastWords(child: ChildProcess, { program, args, logFile }: Launch): string {
  const how = child.signalCode ?? `code ${child.exitCode}`;
  return `${path.basename(args[0] ?? program)} ended with ${how}. ${readFileSync(logFile, 'utf8').slice(-600)}`;
}
