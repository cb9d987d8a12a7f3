/** `daybreak worker`, but for the content of its digests: `node bench/worker.ts CONTENT_FILE`. */
import { readFileSync } from 'node:fs';
import { boot } from '../src/boot.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/kernel/log.ts';
import { startWorkers } from '../workers/runner.ts';
import type { Content } from './content.ts';
import { fixedEmails } from './fixed-emails.ts';

const content = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Content;
const config = readConfig();
const log = createLog(config.logLevel);
const told = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));
const { context, close } = await boot({ config, log, migrations: 'check' });
const workers = await startWorkers({ ...context, emails: fixedEmails(context.emails, content) });
process.stdout.write('daybreak worker ready\n');
await told;
setTimeout(() => process.exit(0), 13_000).unref();
await workers.stop();
await close();
