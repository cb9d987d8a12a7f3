import { absolute, addressKey, siteOf } from './addresses.ts';
import { hasClass, spread, textOf, wordsOf } from './elements.ts';
import type { Element, Outline } from './outline.ts';

const RELATED =
  /^(?:[a-z0-9]+[-_]+)*(?:related\w*|recommend\w*|read-?(?:next|more|also|on)|more-?(?:stories|on|like|articles)|see-?also|further-?reading|you-?may-?like|recirc\w*)(?:[-_]+[a-z0-9]+)*$/;
const LINKS_LIMIT = 20;
const SHORTEST = 12;

/** What the page offers to read beside it, on the same site. */
export function relatedOf(
  outline: Outline,
  linked: string[],
  { url, base }: { url: string; base: string },
): { url: string; headline: string }[] {
  const within = spread(outline, isRelated);
  const links = outline
    .filter(({ name, attribs }) => name === 'a' && attribs.href)
    .filter((element) => wordsOf(element.attribs.rel).includes('related') || within.has(element))
    .slice(0, LINKS_LIMIT * 10)
    .map((element) => ({ url: absolute(element.attribs.href ?? '', base), headline: textOf(element) }))
    .filter(({ headline }) => headline.length >= SHORTEST);
  const all = [...linked.map((link) => ({ url: absolute(link, base), headline: '' })), ...links];
  const seen = new Set([addressKey(url)]);
  return all
    .filter((link) => {
      const key = link.url === '' || siteOf(link.url) !== siteOf(url) ? undefined : addressKey(link.url);
      if (key === undefined || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, LINKS_LIMIT);
}

const isRelated = (element: Element): boolean =>
  element.name !== 'body' && element.name !== 'html' && hasClass(element, RELATED);
