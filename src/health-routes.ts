import { Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Context } from './context.ts';

/** Liveness, readiness and Prometheus metrics. */
export function health(context: Context): Router {
  const router = Router();
  const registry = metrics(context);

  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });

  const check = async (what: string, work: () => Promise<unknown>): Promise<string> => {
    try {
      await work();
      return 'ok';
    } catch (err) {
      context.log.warn({ err }, `${what} does not answer`);
      return 'no answer';
    }
  };
  const checks = keptFor(SHORTLY_MS, async () => ({
    database: await check('database', () => context.pool.query('select 1')),
    queue: await check('queue', () => context.producer.ping()),
    relay: await check('relay', () => context.mailer.verify()),
  }));
  router.get('/readyz', async (_req, res) => {
    const answers = await checks();
    const ready = Object.values(answers).every((answer) => answer === 'ok');
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', ...answers });
  });

  const text = keptFor(SHORTLY_MS, () => registry.metrics());
  router.get('/metrics', async (_req, res) => {
    res.type(registry.contentType).send(await text());
  });

  return router;
}

const SHORTLY_MS = 1000;

/** Anyone may ask, so the answer is shared for a moment: asking often must cost the database and the relay nothing. */
function keptFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; answer: Promise<T> } | undefined;
  return () => {
    if (!kept || performance.now() > kept.until) kept = { until: performance.now() + ms, answer: ask() };
    return kept.answer;
  };
}

function metrics({ reports, producer, screen }: Context): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'daybreak_' });
  const paused = new Gauge({
    name: 'daybreak_editions_paused',
    help: 'Of the latest twenty editions, those that a run of refusals or a person has paused: worth an alarm.',
    registers: [registry],
  });
  const deliveries = new Gauge({
    name: 'daybreak_edition_deliveries',
    help: 'Ledger rows of the latest twenty editions by state.',
    labelNames: ['edition', 'newsletter', 'state'],
    registers: [registry],
    collect: async () => {
      deliveries.reset();
      const latest = await reports.latest(20);
      paused.set(latest.filter(({ status }) => status === 'paused').length);
      for (const { id, newsletter, counts } of latest) {
        for (const [state, count] of Object.entries(counts)) {
          deliveries.set({ edition: String(id), newsletter, state }, count);
        }
      }
    },
  });
  const waiting = new Gauge({
    name: 'daybreak_queue_jobs',
    help: 'Jobs by queue and state; -1 while the queue does not answer.',
    labelNames: ['queue', 'state'],
    registers: [registry],
    collect: async () => {
      for (const [queue, state, count] of await producer.counts()) waiting.set({ queue, state }, count);
    },
  });
  const stopped = new Counter({
    name: 'daybreak_sign_ups_stopped_total',
    help: 'Sign-ups that a rule has stopped or asked back about in this process.',
    labelNames: ['rule'],
    registers: [registry],
    collect: () => {
      stopped.reset();
      for (const [rule, times] of screen.refused) stopped.inc({ rule }, times);
    },
  });
  return registry;
}
