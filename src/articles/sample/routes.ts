import { Router } from 'express';
import { NotFound } from '../../kernel/errors.ts';
import type { Brand } from '../../platform/view/brand.ts';
import type { Pages } from '../../platform/view/pages.ts';
import type { ArticleStore } from '../store.ts';
import { samples } from './load-sample.ts';

interface Needs {
  newsletters: { brand(): Promise<Brand> };
  articles: ArticleStore;
  pages: Pages;
  sampleMode: boolean;
  baseUrl: string;
}

/** The sample newsroom's article pages, each with the form embedded as on any newspaper's site. */
export function sampleArticles({ newsletters, articles, pages, sampleMode, baseUrl }: Needs): Router {
  const router = Router();
  router.get('/:slug', async (req, res) => {
    const sample = samples.find(({ slug }) => slug === req.params.slug);
    if (!sample || !sampleMode) throw new NotFound('page');
    const stored = await articles.byUrl(`${baseUrl}/sample/${sample.slug}`);
    const time = (stored?.publishedAt ?? new Date()).toISOString();
    const brand = await newsletters.brand();
    const data = { brand, title: sample.headline, article: { ...sample, time }, formId: 1 };
    res.send(await pages.render('sample-article', data));
  });
  return router;
}
