import { prose, relOf, said } from './fields.ts';
import type { RawFeed } from './raw-item.ts';
import { attribute, type Element, named } from './tree.ts';

const PERIODS = new Map([
  ['hourly', 3600],
  ['daily', 86_400],
  ['weekly', 604_800],
  ['monthly', 2_592_000],
  ['yearly', 31_536_000],
]);
const LONGEST_TTL = 31_536_000;

/** What a channel of RSS says of itself. */
export function rssHead(head: Element, root: Element, bases: string[]): Omit<RawFeed, 'items' | 'cut'> {
  const links = [head, root].flatMap((place) => [...named(place, 'atom:link'), ...named(place, 'link')]);
  const linked = (rel: string) => links.filter((link) => relOf(link) === rel).map((link) => attribute(link, 'href'));
  return {
    title: prose(head, 'title', 'dc:title', 'itunes:title').find(({ text }) => text.trim()),
    site: [...said(head, 'link'), ...linked('alternate'), attribute(head, 'href')].find(Boolean),
    bases,
    authors: [],
    ttl: ttlOf(head),
    hub: linked('hub')[0],
  };
}

/** Minutes in `ttl`; or how many times in which period. */
function ttlOf(head: Element): number | undefined {
  const minutes = Number(said(head, 'ttl')[0] ?? 0);
  const period = PERIODS.get(said(head, 'sy:updateperiod')[0]?.toLowerCase() ?? '') ?? 0;
  const frequency = Number(said(head, 'sy:updatefrequency')[0] ?? 1);
  const seconds = Math.round(minutes > 0 ? minutes * 60 : period / frequency);
  return seconds > 0 && seconds <= LONGEST_TTL ? seconds : undefined;
}
