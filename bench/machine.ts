import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';
import { findProgram } from '../test/support/find-program.ts';
import type { Stage } from './stage.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** What figures are worth nothing without. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryGigabytes: number;
  node: string;
  kernel: string;
  postgres: string;
  sink: string;
  missing: string[];
  /** Of the disk under the database: 8 kB written and made durable, in milliseconds. */
  fdatasyncMs: Spread | undefined;
  /** Runnable processes over the last minute, before we began. */
  load: number;
}

export const describeMachine = ({ database, redis, sinks }: Stage): Machine => ({
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 1e9),
  node: process.version,
  kernel: release(),
  postgres: database.version,
  sink: sinks[0].name,
  missing: [...(redis ? [] : ['redis-server']), ...['smtp-sink', 'smtp-source'].filter((name) => !findProgram(name))],
  fdatasyncMs: timeFdatasync(database.folder),
  load: loadavg()[0] ?? 0,
});

const BLOCK = Buffer.alloc(8192, 1);
const TIMES = 200;

function timeFdatasync(folder: string): Spread | undefined {
  const file = path.join(folder, 'fdatasync.probe');
  const probe = openSync(file, 'w');
  const times = Array.from({ length: TIMES }, () => {
    const start = performance.now();
    writeSync(probe, BLOCK);
    fdatasyncSync(probe);
    return performance.now() - start;
  });
  closeSync(probe);
  rmSync(file);
  return spreadOf(times);
}
