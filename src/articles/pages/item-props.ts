import { ancestorsOf, isWithin, textOf, wordsOf } from './elements.ts';
import type { Element, Outline } from './outline.ts';
import { nothing, type Picture, type Said } from './said.ts';

// The last is what Drupal calls any of its pages.
const ARTICLE = /(article|blogposting|report|newsitem|sioc:item)$/i;
// Drupal wrote these before schema.org was there.
const OLD_NAMES: Record<string, string> = {
  ...{
    'dc:title': 'headline',
    'dc:date': 'datepublished',
    'dc:created': 'datepublished',
    'dc:modified': 'datemodified',
  },
};
const PROPS_LIMIT = 2_000;

interface Prop {
  name: string;
  element: Element;
  /** What it is a property of; undefined for the page. */
  scope: Element | undefined;
}

/** Microdata and RDFa: what elements say by `itemprop` or `property`. */
export function itemPropsOf(outline: Outline, asides: Set<Element>, heading: Element | undefined): Said {
  const props = outline
    .filter(({ attribs }) => attribs.itemprop !== undefined || isRdfa(attribs.property))
    .slice(0, PROPS_LIMIT)
    .flatMap((element) => namesOf(element).map((name) => ({ name, element, scope: scopeOf(element) })));
  const article = scopeIn(outline, asides, heading);
  // Without a type that fits, whatever stands outside of things with another type is about the page.
  const isAround = article !== undefined && heading !== undefined && isWithin(heading, (at) => at === article);
  const own = props
    .filter(({ scope, element }) => scope === article || (!scope && !isWithin(element, isThing)))
    .filter(({ element }) => isAround || element.name === 'meta' || !asides.has(element));
  const values = (name: string) => own.filter((prop) => prop.name === name).map(({ element }) => element);
  const first = (name: string, read = wordsIn) =>
    values(name)
      .map(read)
      .find((value) => value !== '') ?? '';
  const authors = [...values('author'), ...values('creator')].flatMap((element) => namesIn(element, props));
  return {
    ...nothing,
    headline: first('headline') || (article ? first('name') : ''),
    standfirst: first('description'),
    authors,
    published: first('datepublished') || first('datecreated'),
    modified: first('datemodified'),
    section: first('articlesection'),
    pictures: values('image')
      .concat(values('thumbnailurl'))
      .flatMap((element) => pictureIn(element, props)),
    url: first('url', valueIn),
    site: values('publisher').flatMap((element) => namesIn(element, props))[0] ?? '',
    language: first('inlanguage'),
  };
}

const isRdfa = (property = ''): boolean =>
  property !== '' && !/^(og|article|fb|twitter|profile|video|music|book):/i.test(property);
const isThing = ({ attribs }: Element): boolean => attribs.itemscope !== undefined || attribs.typeof !== undefined;

const namesOf = ({ attribs }: Element): string[] =>
  [...wordsOf(attribs.itemprop), ...wordsOf(isRdfa(attribs.property) ? attribs.property : '')].map(
    (name) => OLD_NAMES[name] ?? name.replace(/^(schema|rnews|s):|^https?:\/\/schema\.org\//, ''),
  );

const scopeOf = (element: Element): Element | undefined => element.parent && ancestorsOf(element.parent).find(isThing);

/** The article that holds the headline, else the first on the page that is none of its asides. */
function scopeIn(outline: Outline, asides: Set<Element>, heading: Element | undefined): Element | undefined {
  const isArticle = (element: Element) =>
    isThing(element) && wordsOf(element.attribs.itemtype ?? element.attribs.typeof).some((type) => ARTICLE.test(type));
  const around = heading && ancestorsOf(heading).find(isArticle);
  return around ?? outline.find((element) => isArticle(element) && !asides.has(element));
}

/** A linked headline is words, not an address. */
const wordsIn = (element: Element): string =>
  element.name === 'a' && element.attribs.content === undefined ? textOf(element) : valueIn(element);

/** https://html.spec.whatwg.org/multipage/microdata.html#values, and `content` anywhere. */
function valueIn(element: Element): string {
  const { name, attribs } = element;
  if (attribs.content !== undefined) return attribs.content.trim();
  if (attribs.datetime) return attribs.datetime.trim();
  if (name === 'a' || name === 'link') return (attribs.href ?? '').trim();
  return (attribs.src ?? '').trim() || textOf(element);
}

function namesIn(element: Element, props: Prop[]): string[] {
  const inner = isThing(element) ? props.filter(({ scope, name }) => scope === element && name === 'name') : [];
  if (inner.length > 0) return inner.map((prop) => prop.element.attribs.content ?? textOf(prop.element));
  return [element.attribs.content ?? textOf(element)];
}

function pictureIn(element: Element, props: Prop[]): Picture[] {
  const inner = props.filter(({ scope }) => scope === element);
  const part = (name: string) =>
    inner.filter((prop) => prop.name === name).map((prop) => valueIn(prop.element))[0] ?? '';
  const url = isThing(element) ? part('url') || part('contenturl') : valueIn(element);
  const [width, height] = [part('width'), part('height')].map((side) => Number.parseInt(side, 10));
  const alt = element.attribs.alt?.trim();
  return url ? [{ url, ...(alt && { alt }), ...(width && height && { width, height }) }] : [];
}
