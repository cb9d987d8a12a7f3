import { canonicalUrl } from '../articles/canonical-url.ts';
import type { ArticleListed, ArticlePageStore } from './article-page-store.ts';

export interface Search {
  rows: ArticleListed[];
  more: boolean;
  /** What was looked for is an address, and no article is known there. */
  address: string | undefined;
}

/** Who looks for one article gives another word rather than read on. */
const FOUND = 8;

/** By words of the headline, or by its address. */
export async function findArticles(q: string, { articlePages }: Needs): Promise<Search> {
  if (q === '') return { rows: [], more: false, address: undefined };
  const addresses = addressesIn(q);
  const rows = await articlePages.page({ words: q, addresses, after: 0 }, FOUND + 1);
  const isUnknown = rows.length === 0 && addresses.length > 0;
  return {
    ...{ rows: rows.slice(0, FOUND), more: rows.length > FOUND },
    address: isUnknown ? (/^https?:/i.test(q) ? q : `https://${q}`) : undefined,
  };
}

interface Needs {
  articlePages: Pick<ArticlePageStore, 'page'>;
}

/** Somebody may paste `post.example/bridge` without what stands before it. */
export function addressesIn(text: string): string[] {
  const whole = /^https?:\/\//i.test(text);
  if (!whole && !/^[\w-]+(\.[\w-]+)+\/\S*$/.test(text)) return [];
  const candidates = whole ? [text] : [`https://${text}`, `http://${text}`];
  return candidates.filter((url) => URL.canParse(url)).map(canonicalUrl);
}
