import type { Custom } from '../text/dates/read.ts';
import { findDates } from '../text/dates/read.ts';
import { momentIn } from '../text/instant.ts';
import { type Metas, metaOf, metasNamed } from './metas.ts';
import type { Near } from './near.ts';

const EMBARGO = atStart(
  'embargo(?:ed)?|sperrfrist|not for (?:publication|release) (?:before|until)|sous embargo|ембарго|эмбарго',
);
const EMBARGO_METAS = [
  ...[
    'embargo',
    'embargo-date',
    'embargo_date',
    'embargodate',
    'embargo-until',
    'embargo_until',
    'embargo:until',
    'article:embargo',
  ],
  ...[
    'embargoed',
    'embargoed-until',
    'embargoed_until',
    'publish_after',
    'publish-after',
    'dcterms.available',
    'dc.date.available',
  ],
];
const NEAR = 12;
const LONG = 200;

/** At the start of a line: elsewhere it is an embargo of trade. */
function atStart(words: string): RegExp {
  return new RegExp(`^\\P{L}*(?:strictly\\s+)?(?:${words})(?!\\p{L})`, 'iu');
}

/**
 * What `<meta name="robots">` and `X-Robots-Tag` say; what is said to one search engine by name is not said to us.
 * https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
 */
export function asksNotToBeFound(directives: string): boolean {
  let forOne = false;
  return directives.split(',').some((part) => {
    const [, agent, rule] = /^\s*([\w-]+)\s*:\s*(.*)$/.exec(part) ?? [];
    if (agent && !/^(unavailable_after|max-)/i.test(agent)) forOne = true;
    return !forOne && /^(noindex|none)$/i.test((rule ?? part).trim());
  });
}

export const isNoindex = (metas: Metas): boolean => metasNamed(metas, 'robots').some(asksNotToBeFound);

export const isLocked = (metas: Metas): boolean =>
  /^(locked|metered|paid|premium|subscriber)/i.test(
    metaOf(metas, 'article:content_tier', 'content_tier', 'og:article:content_tier', 'cxenseparse:paywall'),
  );

/** Until when the article must not be told, by its marks or in the words over it; what is over is no embargo. */
export function embargoOf(metas: Metas, lines: Near[], custom: Custom, now: Date): { until?: Date } | undefined {
  const said = metaOf(metas, ...EMBARGO_METAS);
  const until = momentIn(said, custom.zone, custom.order)?.at;
  if (until) return until > now ? { until } : undefined;
  if (/^(true|yes|1)$/i.test(said)) return {};
  for (const { text, distance } of lines) {
    if (distance > NEAR || text.length > LONG || !EMBARGO.test(text)) continue;
    const date = findDates(text.replace(/\b0?0[.:]?01 hrs?\b/i, '00:01'), custom).at(0);
    if (date && date.at > now) return { until: date.at };
  }
  return undefined;
}
