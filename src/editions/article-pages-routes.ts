import { type Request, type Response, Router } from 'express';
import { withdrawArticle } from '../articles/withdraw-article.ts';
import { NotFound } from '../kernel/errors.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { idFrom, LONGEST_URL, pageOf, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, mayActAs, requireRole, staffOf } from '../platform/http/staff.ts';
import { addArticle } from './add-article.ts';
import type { ArticlePageStore, ArticleShown } from './article-page-store.ts';
import { addressesIn } from './article-search.ts';
import { articleRow, carrierRow, revisionRows } from './article-view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof addArticle>[1] &
  Parameters<typeof withdrawArticle>[1] & { articlePages: ArticlePageStore; audit: Audit };

const SHOWN = 50;

/** What has been published, what became of it, and the two acts that follow from it. */
export function articlePages(context: Needs): Router {
  const { articlePages: found, audit, clock } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/articles', (req, res) => drawAll(req, res, {}));

  router.post('/articles', requireRole('editor'), async (req, res) => {
    const url = typed(req.body?.url, LONGEST_URL).trim();
    const acts = async () => {
      const article = await addArticle(url, context);
      const { id, headline } = article;
      await audit.note({
        ...{ ...actorOf(req, res), act: 'article.add', subject: `article ${id}` },
        after: { url: article.url, headline },
      });
      done(res, `/console/articles/${id}`, 'article.add');
    };
    await orSay(res, acts, (said) => drawAll(req, res, { ...said, url }));
  });

  router.get('/articles/:id', async (req, res) => {
    const article = await one(req);
    const [revisions, carriers] = await Promise.all([
      found.revisions(article.id, SHOWN + 1),
      found.carriers(article.id, SHOWN),
    ]);
    const mayEdit = mayActAs(staffOf(res), 'editor');
    await show(res, 'article', {
      ...{ title: article.headline, at: 'articles', done: doneOf(req, res) },
      article: articleRow(article, clock.now()),
      revisions: revisionRows(revisions).slice(0, SHOWN),
      editions: carriers.map((edition) => carrierRow(edition, mayEdit)),
    });
  });

  router.post('/articles/:id/withdraw', requireRole('editor'), async (req, res) => {
    const { id, headline } = await one(req);
    await withdrawArticle(id, context);
    await audit.note({ ...actorOf(req, res), act: 'article.withdraw', subject: `article ${id}`, after: { headline } });
    done(res, `/console/articles/${id}`, 'article.withdraw');
  });

  async function one(req: Request): Promise<ArticleShown> {
    const article = await found.article(idFrom(req.params.id, 'article'));
    if (!article) throw new NotFound('article');
    return article;
  }

  async function drawAll(req: Request, res: Response, said: object): Promise<void> {
    const q = typed(req.query.q).trim();
    const { after } = pageOf(req);
    const rows = await found.page({ words: q, addresses: addressesIn(q), after }, SHOWN);
    await show(res, 'articles', {
      ...{ title: 'Articles', at: 'articles', q },
      articles: rows.map((row) => articleRow(row, clock.now())),
      next: rows.length === SHOWN ? rows.at(-1)?.id : undefined,
      ...said,
    });
  }

  return router;
}
