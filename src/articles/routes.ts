import { Router } from 'express';
import type { Clock } from '../kernel/clock.ts';
import { NotFound } from '../kernel/errors.ts';
import type { Fetcher } from '../platform/fetch/guarded-fetch.ts';
import { idFrom, paged, pageOf, parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { type Article, articleInput } from './article.ts';
import { articleJson } from './article-json.ts';
import { correctArticle, correctionInput, withCleared } from './correct-article.ts';
import { saveArticle } from './save-article.ts';
import { saveArticles, severalIn } from './save-articles.ts';
import { addSource } from './sources/add-source.ts';
import { type Source, sourceInput } from './sources/source.ts';
import type { SourceStore } from './sources/source-store.ts';
import type { ArticleStore } from './store.ts';
import type { TopicStore } from './topics/topic-store.ts';
import { withdrawArticle } from './withdraw-article.ts';

type Needs = Parameters<typeof correctArticle>[2] & {
  articles: ArticleStore;
  sources: SourceStore;
  fetcher: Fetcher;
  topics: Pick<TopicStore, 'slugsOf'>;
  clock: Clock;
  jobs: Pick<Jobs, 'wake'>;
};

export const articlesApi = (context: Needs): Router => {
  const { articles, sources, topics } = context;
  const api = Router();

  // The news itself, of which a busy day brings hundreds, is no act of anybody's: each article keeps its revisions.
  api.post('/articles', requireScope('articles:write', null), async (req, res) => {
    const several = severalIn(req.body);
    if (several) {
      const items = await saveArticles(several, context);
      return void res.status(items.some(({ errors }) => errors) ? 207 : 200).json({ items });
    }
    const saved = await saveArticle(parseInput(articleInput, req.body), context);
    res.status(saved.outcome === 'created' ? 201 : 200).json(saved);
  });

  api.get('/articles', requireScope('articles:read'), async (req, res) => {
    const page = pageOf(req);
    res.json(paged(await shown(await articles.page(page)), page.limit, ({ id }) => id));
  });

  api.get('/articles/:id', requireScope('articles:read'), async (req, res) => {
    res.json(await one(idFrom(req.params.id, 'article')));
  });

  api.patch('/articles/:id', requireScope('articles:write', 'article.correct'), async (req, res) => {
    const id = idFrom(req.params.id, 'article');
    const input = withCleared(parseInput(correctionInput, req.body), req.body);
    const { outcome, before, after } = await correctArticle(id, input, context);
    res.locals.noted = { before, after };
    res.json({ ...(await one(id)), outcome });
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

  async function one(id: number) {
    const [article] = await shown(await articles.byIds([id]));
    if (!article) throw new NotFound('article');
    return article;
  }

  async function shown(list: Article[]) {
    const slugs = await topics.slugsOf([...new Set(list.flatMap(({ topicIds }) => topicIds))]);
    return list.map((article) => articleJson(article, slugs));
  }

  return api;
};

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
