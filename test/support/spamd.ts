import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../../src/platform/db/free-port.ts';
import { cleanUp } from './clean-up.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** A SpamAssassin of this test's own, that asks nobody. @returns `host:port` */
export async function spamd(t: TestContext): Promise<string> {
  const program = process.env.TEST_SPAMD;
  if (!program) throw new Error('TEST_SPAMD is unset: run tests as `npm test -- <file>`.');
  const port = await freePort();
  const pidfile = path.join(await tempDir(t), 'spamd.pid');
  const words = ['--local', '--nouser-config', `--listen=127.0.0.1:${port}`, '--max-children=1', '--syslog=stderr'];
  const child = spawn(program, [...words, `--pidfile=${pidfile}`], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  cleanUp(t, () => {
    child.kill('SIGTERM');
    return exited;
  });
  await until('spamd listens', () => answers(port));
  return `127.0.0.1:${port}`;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
