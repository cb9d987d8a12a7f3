import { readPage } from '../pages/read-page.ts';
import type { Beside } from './beside.ts';

/** An article's page as it was read. Instants are ISO 8601 in UTC; what a page does not say is null. */
export function pageRecord(body: Buffer, { url, zone }: Beside) {
  const page = readPage(body, url, { zone, now: new Date() });
  return {
    headline: page.headline,
    standfirst: page.standfirst || null,
    byline: page.byline ?? null,
    published: page.published_at?.toISOString() ?? null,
    modified: page.modified_at?.toISOString() ?? null,
    image: page.image_url ?? null,
    canonical: page.canonical_url,
    site: page.site ?? null,
  };
}
