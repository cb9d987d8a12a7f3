import { ancestorsOf, hasClass, isWithin, spread, textOf, wordsOf } from './elements.ts';
import type { Element, Outline } from './outline.ts';
import { firstOf, nothing, type Said } from './said.ts';

const ENTRY = /^(h-entry|hentry)$/;
// In the entry and not of it.
const OTHER = /^(h-entry|hentry|h-cite|comment)$/;

/** hAtom and h-entry, as most themes of WordPress and what came after it write them. */
export function microformatsOf(outline: Outline, asides: Set<Element>, heading: Element | undefined): Said {
  const entry =
    (heading && ancestorsOf(heading).find((at) => hasClass(at, ENTRY))) ??
    outline.find((element) => hasClass(element, ENTRY) && !asides.has(element));
  if (!entry) return nothing;
  const others = spread(
    outline,
    (element) => element !== entry && hasClass(element, OTHER) && !isAround(element, heading),
  );
  const inside = spread(outline, (element) => element === entry);
  const parts = outline.filter(
    (element) =>
      element.attribs.class && element !== entry && inside.has(element) && !others.has(element) && !asides.has(element),
  );
  const find = (...names: string[]) =>
    parts.find(({ attribs }) => wordsOf(attribs.class).some((word) => names.includes(word)));
  const text = (element: Element | undefined) => (element ? textOf(element) : '');
  // In the card of the author it is a portrait.
  const photo = find('u-featured') ?? parts.find((part) => hasClass(part, /^u-photo$/) && !isWithin(part, isCard));
  return {
    ...nothing,
    headline: text(find('p-name', 'entry-title')),
    standfirst: text(find('p-summary', 'entry-summary')),
    authors: [text(authorIn(parts))].filter(Boolean),
    // https://microformats.org/wiki/hatom#Entry_Published: where it is missing it is the same.
    published: timeOf(find('dt-published', 'published') ?? find('dt-updated', 'updated')),
    modified: timeOf(find('dt-updated', 'updated')),
    pictures: photo?.attribs.src
      ? [{ url: photo.attribs.src, ...(photo.attribs.alt && { alt: photo.attribs.alt }) }]
      : [],
  };
}

const isCard = (element: Element): boolean => hasClass(element, /^h-card$/);

const isAround = (element: Element, heading: Element | undefined): boolean =>
  heading !== undefined && isWithin(heading, (at) => at === element);

function authorIn(parts: Element[]): Element | undefined {
  const author = parts.find((element) => hasClass(element, /^(p-author|author|byline-author)$/));
  const inner = parts.find(
    (element) => hasClass(element, /^(fn|p-name)$/) && author && isWithin(element, (at) => at === author),
  );
  return inner ?? author;
}

/** https://microformats.org/wiki/value-class-pattern, without its pieces. */
export function timeOf(element: Element | undefined): string {
  if (!element) return '';
  const { datetime, title, content } = element.attribs;
  const seconds =
    element.attribs['data-timestamp'] ??
    element.attribs['data-seconds'] ??
    element.attribs['data-epoch'] ??
    element.attribs['data-utc'];
  const named = element.attribs['data-datetime'] ?? element.attribs['data-date'] ?? element.attribs['data-published'];
  return firstOf(...[datetime, title, content, seconds, named].map((value) => value?.trim() ?? ''), textOf(element));
}
