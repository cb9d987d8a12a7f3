import type { Clock } from '../kernel/clock.ts';
import { DomainError, messageOf } from '../kernel/errors.ts';
import type { Fetcher } from '../platform/fetch/guarded-fetch.ts';
import { type Article, articleInput, webUrl } from './article.ts';
import { type Page, readPage } from './read-page.ts';
import type { ArticleStore } from './store.ts';

interface Needs {
  articles: ArticleStore;
  fetcher: Fetcher;
  clock: Clock;
}

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
 * @throws PageUnreadable when there is neither
 */
export async function articleFromUrl(text: string, { articles, fetcher, clock }: Needs): Promise<Article> {
  const parsed = webUrl.safeParse(text);
  if (!parsed.success) throw new PageUnreadable('The address must be a whole one, with http:// or https://.');
  const url = parsed.data;
  const known = await articles.byUrl(url);
  if (known) return standing(known);
  const page = await pageAt(url, fetcher);
  // The address may have led to an article known by its own name.
  const knownThere = await articles.byUrl(page.canonical_url);
  if (knownThere) return standing(knownThere);
  const [saved] = await articles.upsert([inputFrom(page)], null, clock.now());
  const [article] = await articles.byIds(saved ? [saved.id] : []);
  if (!article) throw new Error('an upsert answered for no article');
  return article;
}

function standing(article: Article): Article {
  if (article.withdrawnAt) throw new PageUnreadable('This article was withdrawn.');
  return article;
}

async function pageAt(url: string, fetcher: Fetcher): Promise<Page> {
  try {
    const answer = await fetcher.fetch(url, { accept: ACCEPT, maxBytes: 5 * MB });
    if (answer.status !== 200) throw new PageUnreadable(`The page's server answered ${answer.status}.`);
    const type = answer.headers['content-type'] ?? '';
    if (type && !/html|xml/i.test(type)) throw new PageUnreadable(`The address leads to ${type}, not to a page.`);
    return readPage(answer.body, answer.url, type);
  } catch (error) {
    if (error instanceof PageUnreadable) throw error;
    throw new PageUnreadable(messageOf(error));
  }
}

function inputFrom({ canonical_url: url, published_at, ...page }: Page) {
  return articleInput.parse({ ...page, url, published_at: published_at?.toISOString() });
}
