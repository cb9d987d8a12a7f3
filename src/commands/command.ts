import type { ParseArgsOptionsConfig } from 'node:util';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { Log } from '../kernel/log.ts';

export interface CommandInput {
  config: Config;
  log: Log;
  options: Record<string, string | undefined>;
  positionals: string[];
  startWorkers(context: Context): Promise<{ stop(): Promise<void> }>;
}

export interface Command {
  /** One or two words, as typed. */
  name: string;
  usage?: string;
  summary: string;
  details?: string;
  options?: ParseArgsOptionsConfig;
  /** The exit code; nothing counts as 0. */
  run(input: CommandInput): Promise<number | undefined>;
}

/** As the audit log names whoever typed a command. */
export const operator = { staffId: null, who: 'command line' };

/** The command was typed wrongly: shown with its usage. */
export class UsageError extends Error {}

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
