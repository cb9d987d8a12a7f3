import { CLIPPED_AT } from '../platform/mail/clipped-at.ts';
import type { Chosen, Edition, Variant } from './edition.ts';
import { contentsOf } from './edition.ts';
import { bytesAsSent, rewritten } from './preflight/sizes.ts';
import { renderDigest } from './render-variant.ts';
import { SHOWN } from './view.ts';

type Needs = Parameters<typeof renderDigest>[3];

/** Markup around a headline. */
const ROW_BYTES = 200;

/**
 * The digest of these articles, without the last of its links where their addresses would make it longer than Gmail
 * shows. Its readers have been served with all of them: what is left off does not come again.
 */
export async function renderWithin(
  edition: Edition,
  articles: Chosen[],
  zone: string | null,
  needs: Needs,
): Promise<Variant> {
  let variant = await renderDigest(edition, articles, zone, needs);
  let shown = Math.min(articles.length, SHOWN);
  for (let over = overOf(variant); over > 0 && shown > 1; over = overOf(variant)) {
    shown -= lastOf(articles.slice(1, shown), over);
    variant = await renderDigest(edition, articles.slice(0, shown), zone, needs);
  }
  return { ...variant, ...contentsOf(articles) };
}

const overOf = ({ html }: Variant): number => bytesAsSent(html) - CLIPPED_AT;

/** How many at the end make up for so many bytes, at most; a story that is no mere link takes more. */
function lastOf(articles: Chosen[], over: number): number {
  let bytes = 0;
  let count = 0;
  for (const { url, headline } of articles.toReversed()) {
    if (bytes >= over) break;
    bytes += 2 * (rewritten(Buffer.byteLength(url)) + Buffer.byteLength(headline) + ROW_BYTES);
    count += 1;
  }
  return Math.max(1, count);
}
