import { Router } from 'express';
import type { Clock } from '../kernel/clock.ts';
import type { Fetcher } from '../platform/fetch/guarded-fetch.ts';
import { idFrom, paged, pageOf, parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { type Article, articleInput } from './article.ts';
import { saveArticle } from './save-article.ts';
import { addSource } from './sources/add-source.ts';
import { type Source, sourceInput } from './sources/source.ts';
import type { SourceStore } from './sources/source-store.ts';
import type { ArticleStore } from './store.ts';
import { withdrawArticle } from './withdraw-article.ts';

interface Needs {
  articles: ArticleStore;
  sources: SourceStore;
  fetcher: Fetcher;
  clock: Clock;
  jobs: Pick<Jobs, 'wake'>;
}

export const articlesApi = (context: Needs): Router => {
  const { articles, sources } = context;
  const api = Router();

  // The news itself, of which a busy day brings hundreds, is no act of anybody's: each article keeps its revisions.
  api.post('/articles', requireScope('articles:write', null), async (req, res) => {
    const saved = await saveArticle(parseInput(articleInput, req.body), context);
    res.status(saved.outcome === 'created' ? 201 : 200).json(saved);
  });

  api.get('/articles', requireScope('articles:read'), async (req, res) => {
    const page = pageOf(req);
    const list = await articles.page(page);
    res.json(paged(list.map(shown), page.limit, ({ id }) => id));
  });

  api.delete('/articles/:id', requireScope('articles:write', 'article.withdraw'), async (req, res) => {
    await withdrawArticle(idFrom(req.params.id, 'article'), context);
    res.status(204).end();
  });

  api.post('/sources', requireScope('sources:write', 'source.add'), async (req, res) => {
    const { id, url, kind, created, found } = await addSource(parseInput(sourceInput, req.body), context);
    res.locals.noted = { after: { url, kind } };
    res.status(created ? 201 : 200).json({ id, url, kind, found });
  });

  api.get('/sources', requireScope('sources:read'), async (req, res) => {
    const page = pageOf(req);
    const list = await sources.sources(page);
    res.json(paged(list.map(shownSource), page.limit, ({ id }) => id));
  });

  return api;
};

const shown = (a: Article) => ({
  id: a.id,
  url: a.url,
  headline: a.headline,
  standfirst: a.standfirst,
  byline: a.byline,
  image_url: a.imageUrl,
  image_alt: a.imageAlt,
  published_at: a.publishedAt,
  revision: a.revision,
  revised_at: a.revisedAt,
  correction_note: a.correctionNote,
  withdrawn_at: a.withdrawnAt,
});

const shownSource = (s: Source) => ({
  id: s.id,
  kind: s.kind,
  url: s.url,
  name: s.name,
  active: s.active,
  poll_seconds: s.pollSeconds,
  next_poll_at: s.nextPollAt,
  polled_at: s.polledAt,
  failures: s.failures,
  failing_since: s.failingSince,
  error: s.error,
  gone_at: s.goneAt,
  moved_from: s.movedFrom,
});
