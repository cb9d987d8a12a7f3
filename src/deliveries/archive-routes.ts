import { type Request, type Response, Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { idFrom, typed } from '../platform/http/input.ts';
import { type Brand, brandIn } from '../platform/view/brand.ts';
import type { Messages } from '../platform/view/messages.ts';
import type { Pages } from '../platform/view/pages.ts';
import { archiveFeed } from './archive-feed.ts';
import { issuesPage } from './archive-issues.ts';
import type { ArchiveStore } from './archive-store.ts';
import { archiveRow, listUrl } from './archive-view.ts';
import type { ArchivedEditionStore } from './archived-edition-store.ts';
import { archivedMail } from './archived-mail.ts';

interface Needs {
  archives: ArchiveStore;
  archivedEditions: ArchivedEditionStore;
  newsletters: {
    brand(): Promise<Brand>;
    bySlug(slug: string): Promise<Newsletter | undefined>;
    all(): Promise<Newsletter[]>;
  };
  pages: Pages;
  messages: Messages;
  tokens: Tokens;
  clock: { now(): Date };
  baseUrl: string;
}

const SHOWN = 50;
/** With all they told, they come to some 300 kB at most. */
const IN_FEED = 30;
const NEWSLETTERS = 30;
const LONGEST_SEARCH = 100;

/** A mail styles itself inline; nothing in it may run. */
const policy = [
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ');

/** What has been sent, for everybody to read. */
export function archive(context: Needs): Router {
  const { archives, archivedEditions, newsletters, pages, messages, tokens, clock, baseUrl } = context;
  const router = Router();

  router.get('/', (req, res) => list(req, res, null));
  router.get('/feed.xml', (_req, res) => feed(res, null));

  router.get('/:newsletter', async (req, res) => list(req, res, await known(req)));
  router.get('/:newsletter/feed.xml', async (req, res) => feed(res, await known(req)));

  router.get('/:newsletter/:edition', async (req, res) => {
    await show(res, String(req.params.newsletter), idFrom(req.params.edition, 'edition'), null);
  });

  /** What a mail's link opens: the content it carried, whoever opens it. */
  router.get('/:newsletter/:edition/:token', async (req, res) => {
    const id = idFrom(req.params.edition, 'edition');
    const [edition, variant = 0] = tokens.open('view', String(req.params.token), clock.now());
    if (edition !== id) throw new NotFound('edition');
    await show(res, String(req.params.newsletter), id, variant);
  });

  async function known(req: Request): Promise<Newsletter> {
    const newsletter = await newsletters.bySlug(String(req.params.newsletter));
    if (!newsletter) throw new NotFound('page');
    return newsletter;
  }

  async function list(req: Request, res: Response, newsletter: Newsletter | null): Promise<void> {
    const q = typed(req.query.q, LONGEST_SEARCH);
    const older = req.query.before === undefined ? 0 : idFrom(typed(req.query.before), 'edition');
    const wanted = { newsletterId: newsletter?.id ?? null, words: q, before: older };
    const [newsrooms, { issues, next }, others] = await Promise.all([
      newsletters.brand(),
      issuesPage(wanted, SHOWN, context),
      archives.newsletters(NEWSLETTERS),
    ]);
    const brand = brandIn(newsrooms, newsletter?.language);
    const say = (key: string, values = {}) => messages.say(brand.locale, key, values);
    const heading = newsletter ? say('archive.of', { newsletter: newsletter.name }) : say('archive.title');
    const place = listUrl(newsletter?.slug ?? null, baseUrl);
    const hidden = newsletter?.noindex || q !== '';
    if (hidden) res.set('X-Robots-Tag', 'noindex');
    res.send(
      await pages.render('archive', {
        ...{
          brand,
          title: heading,
          heading,
          q,
          older: older > 0,
          place,
          newsletter: newsletter?.slug,
          newsletters: others,
        },
        editions: issues.map(({ edition }) => archiveRow(edition, newsrooms, baseUrl)),
        next: next && `${place}?${new URLSearchParams({ ...(q && { q }), before: String(next) })}`,
        card: {
          ...{
            url: older && !q ? `${place}?before=${older}` : place,
            title: heading,
            hidden,
            feed: `${place}/feed.xml`,
          },
          summary: newsletter?.description || heading,
          feedName: newsletter?.name ?? brand.name,
        },
      }),
    );
  }

  async function feed(res: Response, newsletter: Newsletter | null): Promise<void> {
    const wanted = { newsletterId: newsletter?.id ?? null, words: '', before: 0 };
    const [brand, { issues }] = await Promise.all([newsletters.brand(), issuesPage(wanted, IN_FEED, context)]);
    const contents = await archives.contents(issues.map(({ edition }) => edition.id));
    const { locale } = brandIn(brand, newsletter?.language);
    const name = newsletter ? `${newsletter.name} · ${brand.name}` : brand.name;
    const place = listUrl(newsletter?.slug ?? null, baseUrl);
    if (newsletter?.noindex) res.set('X-Robots-Tag', 'noindex');
    const about = { name, newsroom: brand.name, place, locale, baseUrl, say: messages.say };
    res.type('application/atom+xml').send(archiveFeed(issues, contents, about));
  }

  async function show(res: Response, newsletter: string, id: number, variantId: number | null): Promise<void> {
    const found = await archivedEditions.variant(newsletter, id, variantId);
    if (!found) throw new NotFound('edition');
    const own = variantId !== null;
    res.set('Content-Security-Policy', policy);
    if (own || found.noindex) res.set('X-Robots-Tag', 'noindex');
    if (own) res.set('Referrer-Policy', 'no-referrer');
    res.send(await archivedMail(found, { own }, context));
  }

  return router;
}
