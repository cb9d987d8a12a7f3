import { readPage } from '../read-page.ts';
import type { Beside } from './beside.ts';

/** An article's page as it was read. Instants are ISO 8601 in UTC; what a page does not say is null. */
export function pageRecord(body: Buffer, { url }: Beside) {
  const page = readPage(body, url);
  return {
    headline: page.headline,
    standfirst: page.standfirst,
    byline: page.byline ?? null,
    published: page.published_at?.toISOString() ?? null,
    modified: null,
    image: page.image_url ?? null,
    canonical: page.canonical_url,
    site: null,
  };
}
