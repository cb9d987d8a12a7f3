import { prose, raw, relOf, said } from './fields.ts';
import { attached, ENCLOSED, isPicture, mediaImages, namedImages } from './images.ts';
import { htmlIn } from './prose.ts';
import type { Address, RawItem } from './raw-item.ts';
import { attribute, type Element, elementsOf, isElement, named, textOf } from './tree.ts';

/** An item of RSS 0.90 to 2.0, RSS 1.0 or CDF; what is not of the format but often found in it counts too. */
export function rssItem(item: Element, bases: string[]): RawItem {
  const guid = named(item, 'guid')[0];
  const about = attribute(item, 'about');
  const enclosures = [
    ...named(item, 'enclosure'),
    ...named(item, 'atom:link').filter((link) => relOf(link) === 'enclosure'),
  ];
  const files = enclosures.map((file) => ({
    href: attribute(file, 'url') ?? attribute(file, 'href'),
    type: attribute(file, 'type'),
  }));
  const group = named(item, 'media:group')[0];
  const content = named(item, 'media:content')[0];
  const inMedia = (name: string) => [item, group, content].flatMap((place) => (place ? prose(place, name) : []));
  return {
    id: guid ? textOf(guid).trim() : (about ?? said(item, 'id', 'atom:id', 'dc:identifier')[0]),
    links: [
      ...linksOf(item, bases),
      ...permalink(guid, bases),
      ...[...said(item, 'atom:id'), ...(about ? [about] : [])].map((href) => ({ href, bases })),
      ...files.flatMap(({ href }) => (href ? [{ href, bases }] : [])),
    ],
    titles: [
      ...prose(item, 'title', 'dc:title'),
      ...inMedia('media:title'),
      ...prose(item, 'itunes:title', 'atom:title'),
    ],
    texts: [
      ...prose(item, 'description', 'itunes:summary', 'summary', 'atom:summary', 'dcterms:abstract', 'dc:description'),
      ...prose(
        item,
        'abstract',
        'content:encoded',
        'content',
        'atom:content',
        'body',
        'xhtml:body',
        'div',
        'xhtml:div',
      ),
      ...inMedia('media:description'),
      ...prose(item, 'itunes:subtitle'),
    ],
    authors: authorsOf(item),
    topics: [...topicsOf(item), ...raw(item, 'dc:subject')],
    images: [
      ...mediaImages(item, bases),
      ...files.filter(({ type, href }) => isPicture(type, href)).flatMap(({ href }) => attached(href, bases, ENCLOSED)),
      ...namedImages(item, bases),
    ],
    published: [
      ...said(
        item,
        'pubdate',
        'dc:date',
        'dcterms:issued',
        'dcterms:created',
        'atom:published',
        'atom:issued',
        'published',
      ),
      ...said(item, 'prism:publicationdate', 'date', 'pubdatetime', 'atom:updated', 'updated'),
      ...[attribute(item, 'lastmod') ?? ''],
    ],
    updated: said(item, 'atom:updated', 'dcterms:modified', 'atom:modified', 'updated', 'prism:modificationdate'),
    bases,
  };
}

function linksOf(item: Element, bases: string[]): Address[] {
  const address = (href: string, element?: Element): Address => {
    const own = element?.attributes.get('xml:base');
    return { href, bases: own ? [...bases, own] : bases };
  };
  const links = named(item, 'link');
  const alternates = [...links, ...named(item, 'atom:link')].filter((link) => relOf(link) === 'alternate');
  return [
    ...said(item, 'feedburner:origlink').map((href) => address(href)),
    ...links.map((link) => address(textOf(link) || textBehind(item, link), link)),
    ...alternates.map((link) => address(attribute(link, 'href') ?? '', link)),
    ...[attribute(item, 'href') ?? '', ...named(item, 'a').map((a) => attribute(a, 'href') ?? '')].map((href) =>
      address(href),
    ),
  ].filter(({ href }) => href.trim());
}

/** HTML has a `link` that holds nothing, and programs that take a feed for HTML write what it held behind it. */
function textBehind(item: Element, link: Element): string {
  const next = item.inside[item.inside.indexOf(link) + 1];
  return next !== undefined && !isElement(next) && /^\s*https?:/i.test(next) ? next : '';
}

/** Without the attribute it may be one, and is when it is a web address. */
function permalink(guid: Element | undefined, bases: string[]): Address[] {
  const href = guid ? textOf(guid).trim() : '';
  const says = guid && attribute(guid, 'ispermalink')?.toLowerCase();
  const is = says === 'true' || (!/^(false|0|no)$/.test(says ?? '') && /^https?:\/\//i.test(href));
  return is && href ? [{ href, bases }] : [];
}

/** Who wrote it; `author` of RSS holds an address first, which is often a whole desk's. */
function authorsOf(item: Element): string[] {
  const creators = raw(item, 'dc:creator');
  if (creators.some((name) => name.trim())) return creators;
  const atom = [...named(item, 'author'), ...named(item, 'atom:author')].flatMap((author) => {
    const names = elementsOf(author).filter(({ name }) => name === 'name' || name === 'atom:name');
    return names.length > 0 ? names.map(textOf) : raw({ ...item, inside: [author] }, author.name);
  });
  return atom.some((name) => name.trim()) ? atom : raw(item, 'dcterms:creator', 'itunes:author', 'dc:contributor');
}

function topicsOf(item: Element): string[] {
  const categories = [...named(item, 'category'), ...named(item, 'atom:category')];
  return categories.map(
    (category) =>
      htmlIn(category).text.trim() ||
      (attribute(category, 'label') ?? attribute(category, 'term') ?? attribute(category, 'text') ?? ''),
  );
}
