import { ancestorsOf, hasClass, isWithin, spread, textOf } from './elements.ts';
import { timeOf } from './microformats.ts';
import type { Element, Outline } from './outline.ts';

const UPDATED = /updat|modif|edited|revis|aktualis|bearbeit|mise-a-jour|maj\b/i;
const SECONDS = ['data-seconds', 'data-timestamp', 'data-epoch', 'data-utc'];
const TIMES_LIMIT = 200;

/** `<time datetime>`: the first of the article's is when it was published, unless it says otherwise of itself. */
export function timesIn(outline: Outline, asides: Set<Element>, heading: Element | undefined) {
  const holder = heading?.parent && holderOf(heading);
  const teasers = teasersOf(outline, heading);
  const times = outline
    .filter((element) => isTime(element) && !asides.has(element) && !teasers.has(element))
    .slice(0, TIMES_LIMIT);
  const near = holder ? times.filter((element) => isWithin(element, (at) => at === holder)) : [];
  const chosen = near.length > 0 ? near : times;
  const isUpdate = (element: Element) =>
    isWithin(element, (at) => at !== holder && at.name !== 'body' && hasClass(at, UPDATED)) ||
    UPDATED.test(before(element));
  const published = chosen
    .filter((element) => element.attribs.pubdate !== undefined)
    .concat(chosen.filter((element) => !isUpdate(element)));
  return { published: timeOf(published[0]), modified: timeOf(chosen.find(isUpdate)) };
}

/** What is headed by a link leads to another article. */
function teasersOf(outline: Outline, heading: Element | undefined): Set<Element> {
  const around = new Set(heading ? ancestorsOf(heading) : []);
  const isLink = (node: Element | string | undefined) => typeof node === 'object' && node.name === 'a';
  const titles = outline.filter(
    ({ name, parent, children }) => /^h[2-4]$/.test(name) && (isLink(parent) || children.some(isLink)),
  );
  const cards = titles.map(({ parent }) => (isLink(parent) ? parent?.parent : parent));
  const known = new Set(cards.filter((card) => card && !around.has(card) && !/^(html|body|main)$/.test(card.name)));
  return spread(outline, (element) => known.has(element));
}

/** Some have the exact time in an attribute of their own, for a script that says "2 hours ago". */
const isTime = ({ name, attribs }: Element): boolean =>
  name === 'time'
    ? Boolean(attribs.datetime)
    : SECONDS.some((seconds) => /^\d{9,13}$/.test(attribs[seconds] ?? '')) && /date|time/i.test(attribs.class ?? '');

function holderOf(heading: Element): Element | undefined {
  for (let at = heading.parent; at; at = at.parent) if (at.name === 'article' || at.name === 'main') return at;
  return undefined;
}

/** The words right before an element: `Updated <time>`. */
function before(element: Element): string {
  const siblings = element.parent?.children ?? [];
  const last = siblings[siblings.indexOf(element) - 1];
  return (typeof last === 'string' ? last : last ? textOf(last) : '').trim().slice(-30);
}
