import type { Clock } from '../kernel/clock.ts';
import { DomainError, messageOf } from '../kernel/errors.ts';
import type { Fetcher } from '../platform/fetch/guarded-fetch.ts';
import { type Article, articleInput, webUrl } from './article.ts';
import { asksNotToBeFound } from './pages/marks.ts';
import type { Page } from './pages/page.ts';
import { readPage } from './pages/read-page.ts';
import type { ArticleStore } from './store.ts';

interface Needs {
  articles: ArticleStore;
  fetcher: Fetcher;
  clock: Clock;
  newsletters: { brand(): Promise<{ timeZone: string }> };
}

/** `paywall`: its page says that readers must pay. */
export type FoundArticle = Article & { paywall?: true };

export class PageUnreadable extends DomainError {
  readonly reason: string;

  constructor(reason: string) {
    super('page-unreadable', 'invalid', reason);
    this.reason = reason;
  }
}

const MB = 1024 * 1024;
const ACCEPT = 'text/html, application/xhtml+xml;q=0.9, */*;q=0.1';

/**
 * The article at an address: the one already known, else what its page says.
 * @throws PageUnreadable when there is neither, and when the page does not want to be told of, or not yet
 */
export async function articleFromUrl(text: string, needs: Needs): Promise<FoundArticle> {
  const { articles, clock } = needs;
  const parsed = webUrl.safeParse(text);
  if (!parsed.success) throw new PageUnreadable('The address must be a whole one, with http:// or https://.');
  const url = parsed.data;
  const known = await articles.byUrl(url);
  if (known) return standing(known, needs);
  const page = await pageAt(url, needs);
  // The address may have led to an article known by its own name.
  const knownThere = await articles.byUrl(page.canonical_url);
  if (knownThere) return standing(knownThere, needs);
  const [saved] = await articles.upsert([inputFrom(page)], null, clock.now());
  const [article] = await articles.byIds(saved ? [saved.id] : []);
  if (!article) throw new Error('an upsert answered for no article');
  return { ...article, ...(page.paywall && { paywall: true }) };
}

async function standing(article: Article, { clock, newsletters }: Needs): Promise<Article> {
  const { withdrawnAt, publishAfter: until } = article;
  if (withdrawnAt) throw new PageUnreadable('This article was withdrawn.');
  if (until && until > clock.now())
    throw new PageUnreadable(underEmbargo('This article', until, (await newsletters.brand()).timeZone));
  return article;
}

async function pageAt(url: string, { fetcher, clock, newsletters }: Needs): Promise<Page> {
  const { timeZone: zone } = await newsletters.brand();
  try {
    const answer = await fetcher.fetch(url, { accept: ACCEPT, maxBytes: 5 * MB });
    if (answer.status !== 200) throw new PageUnreadable(`The page's server answered ${answer.status}.`);
    const contentType = answer.headers['content-type'] ?? '';
    if (contentType && !/html|xml/i.test(contentType))
      throw new PageUnreadable(`The address leads to ${contentType}, not to a page.`);
    const page = readPage(answer.body, answer.url, { contentType, zone, now: clock.now() });
    if (page.noindex || asksNotToBeFound(answer.headers['x-robots-tag'] ?? ''))
      throw new PageUnreadable('The page asks not to be found (noindex), so it may not be meant for readers yet.');
    if (page.embargo?.until) throw new PageUnreadable(underEmbargo('The page', page.embargo.until, zone));
    if (page.embargo) throw new PageUnreadable('The page says that it is under embargo.');
    return page;
  } catch (error) {
    if (error instanceof PageUnreadable) throw error;
    throw new PageUnreadable(messageOf(error));
  }
}

function underEmbargo(what: string, until: Date, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(until);
  return `${what} is under embargo until ${time} (${timeZone}).`;
}

function inputFrom({ canonical_url: url, headline, standfirst, byline, image_url, image_alt, published_at }: Page) {
  const said = { url, headline, standfirst, byline, image_url, image_alt };
  return articleInput.parse({ ...said, published_at: published_at?.toISOString() });
}
