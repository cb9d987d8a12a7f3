import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { loadSample } from './articles/sample/load-sample.ts';
import { type BootOptions, boot } from './boot.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { type InboundServer, startInbound } from './feedback/inbound-server.ts';
import type { Log } from './kernel/log.ts';

export interface Running {
  context: Context;
  url: string;
  inboundPort?: number;
  stop(): Promise<void>;
}

type Options = Pick<BootOptions, 'config' | 'log' | 'clock'>;

/** An import of a million readers over a thin line; a connection that falls silent is ended long before. */
const LONGEST_UPLOAD_MS = 15 * 60_000;
const SILENCE_MS = 60_000;

/** The web side alone: pages, sign-ups, API. */
export async function startWeb(options: Options & Pick<BootOptions, 'migrations' | 'alone'>): Promise<Running> {
  const server = createServer({ requestTimeout: LONGEST_UPLOAD_MS, headersTimeout: 15_000 });
  server.timeout = SILENCE_MS;
  const url = await listen(server, options.config);
  try {
    const { context, close } = await boot({ ...options, baseUrl: url });
    server.on('request', createApp(context));
    const stop = () => {
      context.leave();
      return hangUp(server).then(close);
    };
    return { context, url, stop };
  } catch (error) {
    await hangUp(server);
    throw error;
  }
}

/** Everything in one process. Workers are handed in, since nothing here may import them. */
export async function startEverything(
  options: Options & { startWorkers(context: Context): Promise<{ stop(): Promise<void> }> },
): Promise<Running> {
  const { config, log, startWorkers } = options;
  const web = await startWeb({ ...options, migrations: 'apply', alone: true });
  try {
    if (web.context.sampleMode) await loadSample(web.url, web.context);
    const inbound = await openInbound(config, web.context, log);
    const workers = await startWorkers(web.context);
    return {
      ...web,
      inboundPort: inbound.port,
      stop: async () => {
        await Promise.all([workers.stop(), inbound.close()]);
        await web.stop();
      },
    };
  } catch (error) {
    await web.stop();
    throw error;
  }
}

/** The usual port may be taken by a second newsroom on this machine; a port asked for by name is taken seriously. */
async function openInbound(config: Config, context: Context, log: Log): Promise<InboundServer> {
  const { host, inboundPort: port } = config;
  try {
    return await startInbound({ host, port }, context);
  } catch (error) {
    if (config.inboundPortGiven || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    log.warn({ port }, 'INBOUND_SMTP_PORT is taken: bounces are received on a free port instead');
    return startInbound({ host, port: 0 }, context);
  }
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const bound = (server.address() as AddressInfo).port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
}

const LAST_REQUESTS_MS = 3000;

async function hangUp(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS);
  await closed;
  clearTimeout(timer);
}
