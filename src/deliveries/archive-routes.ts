import { Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { idFrom } from '../platform/http/input.ts';
import { type Brand, brandIn } from '../platform/view/brand.ts';
import type { Pages } from '../platform/view/pages.ts';
import type { ReportStore } from './report-store.ts';
import { archiveFeed, archiveRow } from './view.ts';

interface Needs {
  reports: Pick<ReportStore, 'published' | 'publishedHtml'>;
  newsletters: { brand(): Promise<Brand> };
  pages: Pages;
  baseUrl: string;
}

const SHOWN = 50;

/** What has been sent, for everybody to read. */
export function archive({ reports, newsletters, pages, baseUrl }: Needs): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    const [brand, sent] = await Promise.all([newsletters.brand(), reports.published(SHOWN)]);
    const editions = sent.map((edition) => archiveRow(edition, brand, baseUrl));
    res.send(await pages.render('archive', { brand: brandIn(brand), editions }));
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
