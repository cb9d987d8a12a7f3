import { parseArgs } from 'node:util';
import { startWorkers } from '../workers/runner.ts';
import { apiKeyAdd } from './commands/api-key.ts';
import { brand } from './commands/brand.ts';
import { type Command, UsageError } from './commands/command.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { migrateCommand } from './commands/migrate.ts';
import { preview } from './commands/preview.ts';
import { score } from './commands/score.ts';
import { inbound, up, web, worker } from './commands/serve.ts';
import { staffAdd } from './commands/staff-add.ts';
import { subscribersExport, subscribersImport } from './commands/subscribers.ts';
import { readConfig } from './config.ts';
import { DomainError } from './kernel/errors.ts';
import { createLog } from './kernel/log.ts';

const commands: Command[] = [
  up,
  web,
  worker,
  inbound,
  migrateCommand,
  demo,
  doctor,
  brand,
  staffAdd,
  apiKeyAdd,
  subscribersImport,
  subscribersExport,
  preview,
  score,
];

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const command = commands.find(({ name }) => name.split(' ').every((word, at) => args[at] === word));
  if (!command) return overview(args);
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) return help(command);
  try {
    const { values, positionals } = parse(command, rest);
    const config = readConfig();
    const log = createLog(config.logLevel);
    return (await command.run({ config, log, options: values, positionals, startWorkers })) ?? 0;
  } catch (error) {
    return report(error, command);
  }
}

function parse(command: Command, args: string[]) {
  try {
    const parsed = parseArgs({ args, options: command.options ?? {}, allowPositionals: true });
    return { values: parsed.values as Record<string, string | undefined>, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** What a person can act on goes out as a sentence; only a fault of ours shows its stack. */
function report(error: unknown, command: Command): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage(command)}`);
    return 2;
  }
  process.stderr.write(`daybreak: ${inWords(error)}\n`);
  return 1;
}

function inWords(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  const { code, port, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `port ${port} is taken: set PORT (or INBOUND_SMTP_PORT) to another one, or to 0 for any.`;
  return stack ?? String(error);
}

function usage({ name, usage: words = '', summary, details = '' }: Command): string {
  return `daybreak ${name} ${words}\n\n  ${summary}\n${details && `\n${details}\n`}`;
}

function help(command: Command): number {
  process.stdout.write(usage(command));
  return 0;
}

function overview(args: string[]): number {
  const asked = args.length === 0 || args.includes('--help') || args.includes('-h') || args[0] === 'help';
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`).join('\n');
  const text = `Usage: npm run daybreak -- <command> [options]\n\n${list}\n\n--help after a command explains it.\n`;
  if (asked) process.stdout.write(text);
  else process.stderr.write(`daybreak: there is no command "${args.join(' ')}".\n\n${text}`);
  return asked ? 0 : 2;
}
