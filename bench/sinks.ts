import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../src/platform/db/free-port.ts';
import { findProgram } from '../test/support/find-program.ts';
import { startProcess } from './processes.ts';
import type { Server } from './servers.ts';
import type { Undo } from './undo.ts';

export interface Sinks {
  0: Server;
  20: Server;
}

/** A relay that answers at once, Postfix's where it is installed, and one that takes its time. */
export async function startSinks(folder: string, undo: Undo): Promise<Sinks> {
  const program = findProgram('smtp-sink');
  const quick = program ? await startPostfixSink(program, undo) : await startOwnSink(0, folder, undo);
  return { 0: quick, 20: await startOwnSink(20, folder, undo) };
}

async function startOwnSink(delayMs: number, folder: string, undo: Undo): Promise<Server> {
  const args = [path.join(import.meta.dirname, 'sink.ts'), String(delayMs)];
  const logFile = path.join(folder, 'sink.log');
  const { pid, ready, stop } = await startProcess({
    program: process.execPath,
    args,
    logFile,
    ready: /^sink ready on/,
  });
  undo.later(stop);
  return { pid, port: Number(ready.split(' ').at(-1)), name: 'bench/sink.ts' };
}

const BACKLOG = '128';

/** It says nothing when it is ready, so it is asked. */
async function startPostfixSink(program: string, undo: Undo): Promise<Server> {
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program, [...user, `127.0.0.1:${port}`, BACKLOG], { cwd: '/', stdio: 'ignore' });
  const exited = once(child, 'exit');
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  undo.later(async () => {
    process.off('exit', end);
    end();
    await exited;
  });
  for (let triesLeft = 100; triesLeft > 0; triesLeft--) {
    if (child.exitCode !== null) throw new Error(`smtp-sink ended with code ${child.exitCode}`);
    if (await answers(port)) return { pid: child.pid ?? 0, port, name: 'smtp-sink' };
    await sleep(50);
  }
  throw new Error('smtp-sink does not answer');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => socket.end('QUIT\r\n', () => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
