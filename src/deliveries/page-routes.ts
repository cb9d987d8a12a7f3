import { Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { consolePage } from '../platform/http/console-page.ts';
import { idFrom } from '../platform/http/input.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Pages } from '../platform/view/pages.ts';
import type { ReportStore } from './report-store.ts';
import { archiveFeed, archiveRow, editionRow } from './view.ts';

interface Needs {
  reports: ReportStore;
  newsletters: { brand(): Promise<Brand> };
  producer: { ping(): Promise<void> };
  backend: { name: string };
  mailbox: { pageUrl: string } | undefined;
  pages: Pages;
  baseUrl: string;
}

const SHOWN = 50;

/** The console's first page: what went out, with counts that add up, and what goes out next. */
export function consolePages(context: Needs): Router {
  const { reports, producer, backend, mailbox } = context;
  const show = consolePage(context);
  const router = Router();
  router.get('/', async (_req, res) => {
    const [editions, upcoming] = await Promise.all([reports.latest(SHOWN), reports.upcoming()]);
    const answers = await producer.ping().then(
      () => true,
      () => false,
    );
    await show(res, 'console', {
      ...{ title: 'Home', at: 'home', mailboxUrl: mailbox?.pageUrl },
      editions: editions.map(editionRow),
      next: upcoming.map(({ newsletter, at, readers }) => ({ newsletter, at: at.toISOString(), readers })),
      queue: { ok: answers, backend: backend.name },
    });
  });
  return router;
}

/** What has been sent, for everybody to read. */
export function archive({ reports, newsletters, pages, baseUrl }: Needs): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    const [brand, sent] = await Promise.all([newsletters.brand(), reports.published(SHOWN)]);
    res.send(
      await pages.render('archive', { brand, title: 'Archive', editions: sent.map((e) => archiveRow(e, baseUrl)) }),
    );
  });

  router.get('/feed.xml', async (_req, res) => {
    const [brand, sent] = await Promise.all([newsletters.brand(), reports.published(SHOWN)]);
    res.type('application/atom+xml').send(archiveFeed(sent, brand, baseUrl));
  });

  router.get('/:newsletter/:edition', async (req, res) => {
    const html = await reports.publishedHtml(String(req.params.newsletter), idFrom(req.params.edition, 'edition'));
    if (!html) throw new NotFound('edition');
    // A mail styles itself inline; nothing in it may run.
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:");
    res.send(html.replaceAll(/%%(unsubscribe|preferences)_url%%/g, baseUrl));
  });

  return router;
}
