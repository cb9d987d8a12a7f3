import { relOf, said } from './fields.ts';
import { attached, ENCLOSED, isPicture, mediaImages, namedImages } from './images.ts';
import { atomProse, htmlIn } from './prose.ts';
import type { Address, Prose, RawFeed, RawItem } from './raw-item.ts';
import { attribute, type Element, elementsOf, named, textOf } from './tree.ts';

const prose = (element: Element, ...names: string[]): Prose[] =>
  names.flatMap((name) => named(element, name).map(atomProse));

interface Link extends Address {
  rel: string;
  type: string;
}

/** An entry of Atom 0.3 or 1.0. */
export function atomEntry(entry: Element, bases: string[]): RawItem {
  const links = linksOf(entry, bases);
  const id = said(entry, 'id')[0];
  const group = named(entry, 'media:group')[0] ?? entry;
  const enclosures = links.filter(({ rel }) => rel === 'enclosure');
  return {
    id,
    links: [
      ...said(entry, 'feedburner:origlink').map((href) => ({ href, bases })),
      ...alternates(links),
      ...(/^https?:\/\//i.test(id ?? '') ? [{ href: id as string, bases }] : []),
      ...links.filter(({ rel }) => ['related', 'via', 'canonical', 'self'].includes(rel)),
    ],
    titles: [...prose(entry, 'title', 'dc:title'), ...named(group, 'media:title').map(htmlIn)],
    texts: [
      ...prose(entry, 'summary', 'content', 'dc:description'),
      ...[...named(entry, 'content:encoded'), ...named(entry, 'description'), ...named(group, 'media:description')].map(
        htmlIn,
      ),
    ],
    authors: authorsIn(entry) ?? named(entry, 'source').map(authorsIn)[0] ?? [],
    topics: topicsOf(entry),
    images: [
      ...mediaImages(entry, bases),
      ...enclosures
        .filter(({ type, href }) => isPicture(type, href))
        .flatMap((link) => attached(link.href, link.bases, ENCLOSED)),
      ...links
        .filter(({ rel }) => rel === 'image_src' || rel === 'image')
        .flatMap((link) => attached(link.href, link.bases)),
      ...namedImages(entry, bases),
    ],
    published: said(
      entry,
      'published',
      'issued',
      'created',
      'dcterms:issued',
      'dc:date',
      'pubdate',
      'updated',
      'modified',
    ),
    updated: said(entry, 'updated', 'modified', 'dcterms:modified'),
    bases,
    unfit: isDraft(entry) ? 'It is marked as a draft.' : undefined,
  };
}

function linksOf(element: Element, bases: string[]): Link[] {
  return [...named(element, 'link'), ...named(element, 'atom:link')]
    .map((link) => {
      const own = link.attributes.get('xml:base');
      return {
        href: attribute(link, 'href') ?? textOf(link).trim(),
        bases: own ? [...bases, own] : bases,
        rel: relOf(link),
        type: attribute(link, 'type')?.toLowerCase() ?? '',
      };
    })
    .filter(({ href }) => href);
}

/** Pages before other kinds of the same, such as a PDF or the entry's own feed. */
const alternates = (links: Link[]): Link[] =>
  links.filter(({ rel }) => rel === 'alternate').toSorted((a, b) => Number(isPage(b)) - Number(isPage(a)));
const isPage = ({ type }: Link): boolean => type === '' || type.includes('html');

/** @returns undefined where nobody is named at all, which the feed then does */
function authorsIn(element: Element): string[] | undefined {
  const authors = [...named(element, 'author'), ...named(element, 'dc:creator')].map((author) => {
    const names = elementsOf(author).filter(({ name }) => name === 'name');
    return names.length > 0 ? names.map(textOf).join(', ') : elementsOf(author).length > 0 ? '' : textOf(author);
  });
  return authors.some((name) => name.trim()) ? authors : undefined;
}

/** Blogger says with categories of this kind what an entry is, not what it is about. */
const KIND = /schemas\.google\.com\/g\/2005#kind$/;

function topicsOf(entry: Element): string[] {
  const categories = named(entry, 'category').filter((category) => !KIND.test(attribute(category, 'scheme') ?? ''));
  const names = categories.map(
    (category) => attribute(category, 'label') || attribute(category, 'term') || textOf(category).trim(),
  );
  return [...names, ...named(entry, 'dc:subject').map((subject) => htmlIn(subject).text)];
}

const isDraft = (entry: Element): boolean =>
  named(entry, 'app:control').some((control) => said(control, 'app:draft')[0] === 'yes') ||
  said(entry, 'draft')[0] === 'true';

export function atomFeed(head: Element, bases: string[]): Omit<RawFeed, 'items' | 'cut'> {
  const links = linksOf(head, bases);
  return {
    title: prose(head, 'title')[0],
    site: alternates(links)[0]?.href,
    bases,
    authors: authorsIn(head) ?? [],
    hub: links.find(({ rel }) => rel === 'hub')?.href,
  };
}
