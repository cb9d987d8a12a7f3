/** Run by a test as a process of its own: starts or attaches to the PostgreSQL of a DATA_DIR, says so, and stays. */
import { once } from 'node:events';
import { createLog } from '../../src/kernel/log.ts';
import { embeddedPostgres } from '../../src/platform/db/embedded.ts';

const { url, owned, stop } = await embeddedPostgres(process.argv[2] ?? '', createLog('silent'), { fast: true });
process.stdout.write(`${JSON.stringify({ url, owned })}\n`);
const keepAlive = setInterval(() => undefined, 60_000);
await once(process, 'SIGTERM');
await stop();
clearInterval(keepAlive);
