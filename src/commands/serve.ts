import { boot } from '../boot.ts';
import { startInbound } from '../feedback/inbound-server.ts';
import type { Log } from '../kernel/log.ts';
import { startEverything, startWeb } from '../newsroom.ts';
import { type Command, print } from './command.ts';

export const up: Command = {
  name: 'up',
  summary: 'Runs everything in one process; with nothing configured, with its own database and mailbox.',
  run: async ({ config, log, startWorkers }) => {
    const newsroom = await startEverything({ config, log, startWorkers });
    print(`daybreak ready on ${newsroom.url}`);
    return untilStopped(log, newsroom.stop);
  },
};

export const web: Command = {
  name: 'web',
  summary: 'Serves the pages and the API. Run as many as you like.',
  run: async ({ config, log }) => {
    const running = await startWeb({ config, log, migrations: 'check' });
    print(`daybreak ready on ${running.url}`);
    return untilStopped(log, running.stop);
  },
};

export const worker: Command = {
  name: 'worker',
  summary: 'Works through the queues: confirmations, polls, editions, deliveries. Run as many as you like.',
  run: async ({ config, log, startWorkers }) => {
    const { context, close } = await boot({ config, log, migrations: 'check' });
    const workers = await startWorkers(context);
    print('daybreak worker ready');
    return untilStopped(log, () => workers.stop().then(close));
  },
};

export const inbound: Command = {
  name: 'inbound',
  summary: 'Receives bounces and mailto-unsubscribes by SMTP on INBOUND_SMTP_PORT.',
  run: async ({ config, log }) => {
    const { context, close } = await boot({ config, log, migrations: 'check' });
    const server = await startInbound({ host: config.host, port: config.inboundPort }, context);
    print(`daybreak inbound ready on ${config.host}:${server.port}`);
    return untilStopped(log, () => server.close().then(close));
  },
};

/** Under the fifteen seconds an operator may rely on. */
const DRAIN_MS = 13_000;

function untilStopped(log: Log, stop: () => Promise<void>): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const drain = (signal: string) => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'draining');
      // What is still open then is in the ledger as claimed, and the sweep settles it.
      setTimeout(() => process.exit(0), DRAIN_MS).unref();
      stop().then(
        () => resolve(0),
        (err) => {
          log.error({ err }, 'could not stop cleanly');
          resolve(1);
        },
      );
    };
    process.on('SIGTERM', drain);
    process.on('SIGINT', drain);
  });
}
