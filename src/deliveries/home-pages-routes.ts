import { Router } from 'express';
import { lastKnown } from '../kernel/last-known.ts';
import { consolePage } from '../platform/http/console-page.ts';
import { mayActAs, staffOf } from '../platform/http/staff.ts';
import type { Standing } from '../platform/queue/producer.ts';
import { growthView } from './growth-view.ts';
import { comingView, dayView, troublesView } from './home-view.ts';
import { lookHome } from './look-home.ts';
import { troublesOf } from './troubles.ts';
import { editionRow } from './view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof lookHome>[0] & {
    producer: { standing(): Promise<Standing[]> };
    mailer: { verify(): Promise<void> };
    backend: { name: string };
    mailbox: { pageUrl: string } | undefined;
    config: { dkim?: unknown };
  };

/** A page never waits for a relay or a queue that is slow: it says what was heard last. */
const RELAY = { againMs: 15_000, keptMs: 60_000, firstMs: 200 };
const QUEUE = { againMs: 1000, keptMs: 60_000, firstMs: 200 };

const underWay = ['assembling', 'sending'];

/** Home: what goes out next, whether anything is wrong, and what has happened since yesterday. */
export function homePages(context: Needs): Router {
  const { newsletters, producer, mailer, backend, mailbox, config } = context;
  const show = consolePage(context);
  const askRelay = lastKnown(() => mailer.verify(), RELAY);
  const askQueue = lastKnown(() => producer.standing(), QUEUE);
  const router = Router();

  router.get('/', async (_req, res) => {
    const [seen, brand, relay, queue] = await Promise.all([
      lookHome(context),
      newsletters.brand(),
      askRelay(),
      askQueue(),
    ]);
    const mayAdminister = mayActAs(staffOf(res), 'admin');
    const unsigned = !config.dkim && !mailbox;
    const editions = seen.editions.map(editionRow);
    await show(res, 'console', {
      ...{ title: 'Home', at: 'home', mailboxUrl: mailbox?.pageUrl, editions },
      coming: comingView(seen.coming, seen.now),
      goingOut: editions.filter(({ status }) => underWay.includes(status)),
      troubles: troublesView(troublesOf(seen, { brand, queue, relay, unsigned, mayAdminister })),
      looked: { queues: queue?.answer ?? [], backend: backend.name, workers: seen.workers, relay },
      day: dayView(seen.sums, seen.moves),
      growth: growthView(seen.growth, seen.newsletters),
      begun: { readers: seen.hasReaders, articles: seen.hasArticles, editions: editions.length > 0 },
    });
  });

  return router;
}
