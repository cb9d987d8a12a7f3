import { ancestorsOf, isWithin, wordsOf } from './elements.ts';
import type { Element, Outline } from './outline.ts';

const NAMES = new Set('nav footer aside template svg iframe dialog object noscript'.split(' '));
const ROLES = /^(navigation|contentinfo|complementary|search|dialog|banner|menu)$/;
const CLASSES = new RegExp(
  `^(?:[a-z0-9]+[-_]+)*(?:${[
    'comments?|commentlist|respond|disqus\\w*|repl(?:y|ies)|related\\w*|recommend\\w*|recirc\\w*|teasers?|promos?|trending',
    'popular|most-?(?:read|popular)|read-?(?:next|more|also|on)|more-?(?:stories|news|from|on|articles|like|in)|also-?(?:read|like)',
    'sidebar|side-bar|rail|breadcrumbs?|crumbs|newsletter\\w*|sign-?up|cookie\\w*|consent|gdpr|advert\\w*|ads?|sponsor\\w*|outbrain',
    'taboola|shar(?:e|ing)|sharedaddy|social|footer|copyright|nav|navbar|navigation|menu|masthead|tags|tag-?list|pagination|pager',
    'modal|popup|latest\\w*|ticker|up-?next|see-?also|you-?may-?like|further-?reading|byline-image|weather|topbar|top-bar',
  ].join('|')})(?:[-_]+[a-z0-9]+)*$`,
);
// The foot and the head of an article are about it; a page that has a sidebar is none.
const OWN =
  /^(?:entry|article|post|story|content|single)[-_]+(?:footer|header|nav)|^(?:has|with|no)[-_]|^widget_?container$|^tag-|^category-/;
const HIDDEN = /display\s*:\s*none|visibility\s*:\s*hidden/i;
const WHOLE = new Set(['html', 'body', 'main', 'head']);
const CLASS_LENGTH = 60;

/** Menus, teasers, comments, footers: everything on a page that is not about its article. */
export function asidesOf(outline: Outline, heading: Element | undefined): Set<Element> {
  const around = new Set(heading ? ancestorsOf(heading) : []);
  const headed = [...around].some(({ name }) => name === 'article');
  const asides = new Set<Element>();
  let firstArticle = true;
  let passed = heading === undefined;
  for (const element of outline) {
    if (element === heading) passed = true;
    const isOther = element.name === 'article' && (headed || !passed || !firstArticle);
    if (element.name === 'article' && passed) firstArticle = false;
    if (around.has(element) || WHOLE.has(element.name)) continue;
    // Over the headline stands the top of the site, with today's date.
    const isTop = element.name === 'header' && !passed && !isWithin(element, ({ name }) => name === 'article');
    if ((element.parent && asides.has(element.parent)) || isOther || isTop || isAside(element)) asides.add(element);
  }
  return asides;
}

/** An element that is nothing of the article's by what it is called. */
export function isAside(element: Element): boolean {
  const { name, attribs } = element;
  if (WHOLE.has(name)) return false;
  if (name === 'footer') return !ancestorsOf(element).some((at) => at.name === 'article');
  if (NAMES.has(name) || wordsOf(attribs.role).some((role) => ROLES.test(role))) return true;
  return [...wordsOf(attribs.class), ...wordsOf(attribs.id)].some(
    (word) => word.length < CLASS_LENGTH && CLASSES.test(word) && !OWN.test(word),
  );
}

export const isHidden = ({ attribs }: Element): boolean =>
  attribs.hidden !== undefined ||
  attribs['aria-hidden'] === 'true' ||
  HIDDEN.test((attribs.style ?? '').slice(0, 1_000));

/** Where the comments, or more to read, begin on pages that call their parts nothing. */
export const beginsAnother = (text: string): boolean =>
  /^(\d+\s+)?(comments?|related( (articles|stories|news))?|more (from|on|in|news|stories)\b.{0,40}|read (more|next|also)|you (may|might) also like|most (read|popular)|recommended( for you)?|trending( now)?|latest news|share this.{0,20}|leave a (reply|comment)|join the (conversation|discussion)|kommentare|commentaires|à lire aussi|mehr zum thema|lesen sie auch|коментарі|читайте також|комментарии|читайте также|komentarze|commenti|reacties|comentarios)(\s*\(\d+\))?\s*:?$/iu.test(
    text,
  );
