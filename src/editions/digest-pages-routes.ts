import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Invalid } from '../kernel/errors.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { sendFramed } from '../platform/http/framed-mail.ts';
import { idFrom, LONGEST_URL, parseInput, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, type Reauth, requireRole } from '../platform/http/staff.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { ArticlePageStore } from './article-page-store.ts';
import { findArticles } from './article-search.ts';
import { arrange, arrangements, hold, letGo, pinAddress, sendNow, wordsInput, write } from './change-digest.ts';
import { contentOf, digestNamed, nextIssue, type OnDesk, readDesk } from './digest-desk.ts';
import { nameOf } from './digest-issue.ts';
import { deskRows, headlines, issueView, lengthOf, searchView } from './digest-view.ts';
import { preheaderOf, subjectOf } from './digest-words.ts';
import { lookedAt } from './preflight/check-digest.ts';
import { previewDigest } from './preview-digest.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof lookedAt>[1] &
  Parameters<typeof sendNow>[1] &
  Parameters<typeof previewDigest>[1] &
  Parameters<typeof pinAddress>[2] & {
    articlePages: Pick<ArticlePageStore, 'page'>;
    audit: Audit;
    newsletters: { brand(): Promise<Brand> };
    stock: { readersOf(newsletterId: number): Promise<{ readers: number; countedAt: Date | null }> };
    reauth: Reauth;
  };

/** The next digest before it leaves: what is in it, what editors change of it, and whether it waits for them. */
export function digestPages(context: Needs): Router {
  const { audit, newsletters, stock, reauth, clock } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/digests/:newsletter', async (req, res) => {
    const newsletter = await digestNamed(String(req.params.newsletter), context);
    const issue = await nextIssue(newsletter, context);
    if (issue) return res.redirect(303, `/console/digests/${newsletter.slug}/${nameOf(issue)}`);
    await show(res, 'digest', { title: newsletter.name, at: 'home', newsletter, none: true });
  });

  router.get('/digests/:newsletter/:issue', (req, res) => draw(req, res, { done: doneOf(req, res) }));

  router.get('/digests/:newsletter/:issue/preview', async (req, res) => {
    const mail = await previewDigest(await found(req), context);
    if (!mail) return sendFramed(res, 'Nothing new for it yet: nobody gets a mail.', 'text/plain');
    if (req.query.look === 'text') return sendFramed(res, mail.text, 'text/plain');
    sendFramed(res, mail.html);
  });

  router.post(
    '/digests/:newsletter/:issue/articles',
    requireRole('editor'),
    act(async (desk, req) => {
      const [name = '', ...rest] = typed(req.body?.change).split(' ');
      const how = arrangements.find((one) => one === name);
      if (!how) throw new Invalid([{ field: 'change', message: 'is none of the buttons: try again' }]);
      const article = idFrom(rest.join(' '), 'article');
      const { pinned, placed, dropped } = desk.plan;
      return { act: how, before: { pinned, placed, dropped }, after: await arrange(desk, how, article, context) };
    }),
  );

  router.post(
    '/digests/:newsletter/:issue/address',
    requireRole('editor'),
    act(async (desk, req) => {
      const { pinned } = desk.plan;
      const after = await pinAddress(desk, typed(req.body?.url, LONGEST_URL).trim(), context);
      return { act: 'pin', before: { pinned }, after };
    }),
  );

  router.post(
    '/digests/:newsletter/:issue/words',
    requireRole('editor'),
    act(async (desk, req) => {
      const words = parseInput(wordsInput, wordsTyped(req));
      const { subject, preheader, intro } = desk.plan;
      await write(desk, words, Number(typed(req.body?.wording)), context);
      return { act: 'words', before: { subject, preheader, intro }, after: words };
    }),
  );

  router.post(
    '/digests/:newsletter/:issue/hold',
    requireRole('editor'),
    act(async (desk) => {
      await hold(desk, context);
      return { act: 'hold' };
    }),
  );

  router.post(
    '/digests/:newsletter/:issue/let-go',
    requireRole('editor'),
    act(async (desk) => {
      await letGo(desk, context);
      return { act: 'let-go' };
    }),
  );

  router.post(
    '/digests/:newsletter/:issue/send',
    requireRole('editor'),
    act(async (desk, req, res) => {
      if (await isMany(desk)) await reauth.require(req, res);
      await sendNow(desk, context);
      return { act: 'send' };
    }),
  );

  interface Done {
    act: string;
    before?: object;
    after?: object;
  }

  /** Does it, writes it down, and shows the digest again. */
  function act(does: (desk: OnDesk, req: Request, res: Response) => Promise<Done>): RequestHandler {
    return async (req, res) => {
      const desk = await found(req);
      const acts = async () => {
        const { act: name, ...change } = await does(desk, req, res);
        const subject = `digest ${desk.newsletter.slug} ${nameOf(desk.plan)}`;
        await audit.note({ ...actorOf(req, res), act: `digest.${name}`, subject, ...change });
        done(res, placeOf(desk), `digest.${name}`);
      };
      const values = req.path.endsWith('/words') ? { values: wordsTyped(req) } : {};
      const find = typed(req.body?.url, LONGEST_URL);
      await orSay(res, acts, (said) => draw(req, res, { ...said, ...values }, find));
    };
  }

  const found = (req: Request): Promise<OnDesk> =>
    readDesk(String(req.params.newsletter), String(req.params.issue), context);

  const isMany = async ({ newsletter }: OnDesk): Promise<boolean> =>
    (await stock.readersOf(newsletter.id)).readers > (await newsletters.brand()).confirmAbove;

  async function draw(
    req: Request,
    res: Response,
    said: object,
    find = typed(req.query.find, LONGEST_URL),
  ): Promise<void> {
    const desk = await found(req);
    const { newsletter, plan } = desk;
    const [{ articles, dropped, absent, prominence }, count, many, search] = await Promise.all([
      contentOf(desk, context),
      stock.readersOf(newsletter.id),
      isMany(desk),
      findArticles(find.trim(), context),
    ]);
    const edition = { words: plan };
    const subject = subjectOf(edition, articles, { newsletter });
    const preheader = preheaderOf(edition, articles, { newsletter });
    await show(res, 'digest', {
      ...{ title: newsletter.name, at: 'home', newsletter, issue: issueView(desk, clock.now()) },
      ...{ articles: deskRows(articles, desk, prominence), dropped: headlines(dropped), count: articles.length },
      ...{ absent: headlines(absent), find, ...searchView(search, articles, desk, clock.now()) },
      ...{ readers: count.readers, subject, preheader, look: req.query.look === 'text' ? 'text' : 'phone' },
      warnings: { subject: lengthOf('subject', subject), preheader: lengthOf('preheader', preheader) },
      values: { subject: plan.subject, preheader: plan.preheader, intro: plan.intro },
      wording: plan.wording,
      ...{ looked: await lookedAt(desk, context), confirm: many && !reauth.isFresh(res) },
      ...said,
    });
  }

  return router;
}

const placeOf = ({ newsletter, plan }: OnDesk): string => `/console/digests/${newsletter.slug}/${nameOf(plan)}`;

/** Longer is for the schema to refuse: cut, it would be another text. */
const wordsTyped = (req: Request) => ({
  subject: typed(req.body?.subject, 10_000),
  preheader: typed(req.body?.preheader, 10_000),
  intro: typed(req.body?.intro, 10_000),
});
