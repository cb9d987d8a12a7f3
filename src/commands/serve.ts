import { boot } from '../boot.ts';
import { startInbound } from '../feedback/inbound-server.ts';
import type { Log } from '../kernel/log.ts';
import { startEverything, startWeb } from '../newsroom.ts';
import { type Command, print } from './command.ts';

export const up: Command = {
  name: 'up',
  summary: 'Runs everything in one process; with nothing configured, with its own database and mailbox.',
  run: ({ config, log, startWorkers }) =>
    serve(log, async () => {
      const { url, stop } = await startEverything({ config, log, startWorkers });
      return { ready: `daybreak ready on ${url}`, stop };
    }),
};

export const web: Command = {
  name: 'web',
  summary: 'Serves the pages and the API. Run as many as you like.',
  run: ({ config, log }) =>
    serve(log, async () => {
      const { url, stop } = await startWeb({ config, log, migrations: 'check' });
      return { ready: `daybreak ready on ${url}`, stop };
    }),
};

export const worker: Command = {
  name: 'worker',
  summary: 'Works through the queues: confirmations, polls, editions, deliveries. Run as many as you like.',
  run: ({ config, log, startWorkers }) =>
    serve(log, async () => {
      const { context, close } = await boot({ config, log, migrations: 'check' });
      const workers = await startWorkers(context);
      return { ready: 'daybreak worker ready', stop: () => workers.stop().then(close) };
    }),
};

export const inbound: Command = {
  name: 'inbound',
  summary: 'Receives bounces and mailto-unsubscribes by SMTP on INBOUND_SMTP_PORT.',
  run: ({ config, log }) =>
    serve(log, async () => {
      const { context, close } = await boot({ config, log, migrations: 'check' });
      const server = await startInbound({ host: config.host, port: config.inboundPort }, context);
      const ready = `daybreak inbound ready on ${config.host}:${server.port}`;
      return { ready, stop: () => server.close().then(close) };
    }),
};

interface Serving {
  ready: string;
  stop(): Promise<void>;
}

/** Under the fifteen seconds an operator may rely on. */
const DRAIN_MS = 13_000;

/** Runs until it is told to stop. Told while still starting, it stops as soon as it has started. */
async function serve(log: Log, start: () => Promise<Serving>): Promise<number> {
  const told = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => resolve(signal));
  });
  const { ready, stop } = await start();
  print(ready);
  log.info({ signal: await told }, 'draining');
  // What is still open then is in the ledger as claimed, and the sweep settles it.
  setTimeout(() => process.exit(0), DRAIN_MS).unref();
  try {
    await stop();
    return 0;
  } catch (err) {
    log.error({ err }, 'could not stop cleanly');
    return 1;
  }
}
