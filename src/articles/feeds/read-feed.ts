import { HEADLINE_LIMIT } from '../article.ts';
import { decodeText } from '../text/decode.ts';
import { truncate } from '../text/truncate.ts';
import { rootOf } from './address.ts';
import { withoutDuplicates } from './duplicates.ts';
import type { Dropped, FeedItem, ReadFeed } from './feed-item.ts';
import { NotAFeed, whyNot } from './not-a-feed.ts';
import { lineOf } from './prose.ts';
import { readJson } from './read-json.ts';
import { readXml } from './read-xml.ts';
import { toItem } from './to-item.ts';

/** What XML allows nowhere. */
const ILLEGAL = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu;

/**
 * Reads RSS, Atom, RDF, CDF or JSON Feed, well-formed or as good as. One item that cannot be read costs no other; an
 * item's order is the feed's.
 * @param zone IANA, for times that name none
 * @throws NotAFeed for anything else
 */
export function readFeed(body: Buffer, url: string, contentType = '', zone = 'UTC'): ReadFeed {
  const text = decodeText(body, contentType).replace(ILLEGAL, '');
  const feed = /^[\s\ufeff]*\{/.test(text) ? readJson(text) : readXml(text);
  if (!feed || (feed.cut && feed.items.length === 0)) throw new NotAFeed(url, whyNot(text, url));
  const around = { root: rootOf(url, feed.site), zone, authors: feed.authors };
  const read = feed.items.map((raw) => toItem(raw, around));
  const title = feed.title && truncate(lineOf(feed.title), HEADLINE_LIMIT);
  const hub = feed.hub ? URL.parse(feed.hub.trim(), around.root)?.href : undefined;
  return {
    ...(title && { title }),
    // A copy: strings cut out of the feed would keep all of it in memory until they are saved.
    items: structuredClone(
      withoutDuplicates(read.filter((item): item is FeedItem => 'url' in item && !('reason' in item))),
    ),
    dropped: read.filter((item): item is Dropped => 'reason' in item),
    ...(feed.ttl && { ttl: feed.ttl }),
    ...(hub && { hub }),
  };
}
