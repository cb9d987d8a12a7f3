import { isHidden } from './asides.ts';
import { hasClass, isWithin, spread, textOf, wordsOf } from './elements.ts';
import type { Element, Outline } from './outline.ts';
import { sameWords } from './titles.ts';

const HEADINGS = /^h[1-4]$/;
const HEADLINE =
  /^(?:[a-z0-9]+[-_]+)*(?:headline|entry-title|post-title|article-title|story-title|articletitle|posttitle|p-name)$/;
const LOGO = /^(?:site-|header-|main-)?(?:logo|brand|branding|site-title|site-name|sitename|masthead)$/;
const KICKER =
  /^(?:[a-z0-9]+[-_]+)*(?:kicker|eyebrow|overline|label|dachzeile|spitzmarke|surtitre|antetitulo|occhiello)$/;
const LONG = 12;
// More than these are the headings of its parts.
const MARKED_LIMIT = 2;
const CANDIDATES_LIMIT = 200;

interface Told {
  /** What the page's other voices call the article. */
  known: string[];
  title: string;
  site: string;
}

/** The element in which the page shows its headline. */
export function headingOf(outline: Outline, asides: Set<Element>, { known, title, site }: Told): Element | undefined {
  const never = spread(outline, isNever);
  const hidden = spread(outline, isHidden);
  return (
    headingIn(
      outline.filter((element) => !asides.has(element) && !hidden.has(element)),
      { known, title, site },
    ) ??
    // The class of a layout (`content-sidebar-wrap`) may sound like that of an aside.
    headingIn(
      outline.filter((element) => !never.has(element)),
      { known, title, site },
    )
  );
}

function headingIn(elements: Outline, { known, title, site }: Told): Element | undefined {
  const candidates = elements
    .filter((element) => HEADINGS.test(element.name) || isMarked(element))
    .slice(0, CANDIDATES_LIMIT)
    .filter((element) => !isLogo(element))
    .map((element) => ({ element, text: headlineIn(element) }))
    .filter(({ text }) => text !== '' && !sameWords(text, site));
  const firsts = candidates.filter(({ element }) => element.name === 'h1');
  const inArticle = ({ element }: { element: Element }) =>
    isWithin(element, ({ name }) => name === 'article' || name === 'main');
  const marked = candidates.filter(({ element }) => isMarked(element));
  const isLikely = ({ text }: { text: string }) => title === '' || text.length >= LONG || sharesWord(title, text);
  const found =
    candidates.find(({ text }) => known.some((headline) => sameWords(headline, text))) ??
    firsts.find(({ text }) => isIn(title, text)) ??
    marked.find((_, at) => at === 0 && marked.length <= MARKED_LIMIT) ??
    candidates.find(({ element, text }) => /^h[23]$/.test(element.name) && isIn(title, text)) ??
    firsts.find((first) => inArticle(first) && isLikely(first)) ??
    firsts.find(isLikely);
  return found?.element;
}

/** What a heading says, without the word for its kind that some set before it. */
export function headlineIn(heading: Element): string {
  const isKicker = (child: Element | string) => typeof child !== 'string' && hasClass(child, KICKER);
  const children = heading.children.filter((child) => !isKicker(child));
  return textOf({ ...heading, children }) || textOf(heading);
}

/** What leads to the front page is the name of the paper. */
function isLogo(element: Element): boolean {
  const children = element.children.filter((child) => typeof child !== 'string' || child.trim() !== '');
  const [link] = children;
  const leadsHome =
    children.length === 1 && typeof link === 'object' && link.name === 'a' && isFront(link.attribs.href ?? '');
  return leadsHome || [element, ...(link && typeof link === 'object' ? [link] : [])].some((at) => hasClass(at, LOGO));
}

export const isFront = (href: string): boolean =>
  /^(?:https?:\/\/[^/?#]+)?\/?(?:index\.\w+)?$/i.test(href.trim()) && href.trim() !== '';

const isMarked = (element: Element): boolean =>
  element.name !== 'meta' &&
  (wordsOf(element.attribs.itemprop).includes('headline') || (element.name !== 'a' && hasClass(element, HEADLINE)));

// `News`, `Politics`: what is short and has nothing to do with the title names a section.
const sharesWord = (title: string, text: string): boolean =>
  (text.toLowerCase().match(/\p{L}{4,}/gu) ?? []).some((word) => title.toLowerCase().includes(word));

// One word is in many a title.
const isIn = (title: string, text: string): boolean =>
  text.includes(' ') && title.toLowerCase().includes(text.toLowerCase());

const isNever = ({ name, attribs }: Element): boolean =>
  /^(nav|footer|aside|template|svg|dialog|noscript)$/.test(name) || attribs.hidden !== undefined;
