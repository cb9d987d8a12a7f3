import { plainText, standfirstOf } from '../text/clean.ts';
import { addressKey } from './addresses.ts';
import { type Graph, isJson, type Json, rawOf, textIn, typesOf, valuesOf } from './linked-data.ts';
import { firstOf, nothing, type Picture, type Said } from './said.ts';
import { sameWords } from './titles.ts';

const ARTICLE = /(Article|BlogPosting|LiveBlogPosting|Report|Review|SocialMediaPosting|NewsItem)$/;
const PAGE = /(WebPage|ItemPage|VideoObject|CreativeWork|AudioObject|PodcastEpisode|Event)$/;

const ARTICLES_LIMIT = 100;

export interface Linked {
  /** What says it is the article. */
  article: Said;
  /** What says it is the page around it. */
  page: Said;
  paywall: boolean;
  related: string[];
}

/**
 * @param here the addresses of the page, as keys
 * @param headings what the page's other voices call the article
 */
export function linkedArticleOf(graph: Graph, here: Set<string>, headings: string[]): Linked {
  const article = articleIn(graph, here, headings);
  const page = graph.things.find((thing) => isOf(PAGE, thing) && !isElsewhere(thing, here, graph));
  const site = graph.things.find((thing) => isOf(/(WebSite|NewsMediaOrganization)$/, thing));
  const siteName = site ? nameOf(site, graph) : '';
  const tagline = site ? rawOf(site, 'description', graph) : '';
  const said = article ? saidOf(article, graph, headings) : nothing;
  return {
    article: { ...said, site: firstOf(siteName, said.site), section: firstOf(said.section, trailIn(graph)) },
    page: page ? saidOf(page, graph, headings, tagline) : nothing,
    paywall: [article, page].some((thing) => thing !== undefined && isPaid(thing, graph)),
    related: article
      ? ['relatedLink', 'significantLink'].flatMap((name) => valuesOf(article, name, graph).map(String))
      : [],
  };
}

const isOf = (pattern: RegExp, thing: Json): boolean => typesOf(thing).some((type) => pattern.test(type));

/** Of several, the one that is this page and no teaser of another. */
function articleIn(graph: Graph, here: Set<string>, headings: string[]): Json | undefined {
  const articles = graph.things
    .filter((thing) => isOf(ARTICLE, thing))
    .slice(0, ARTICLES_LIMIT)
    .map((thing) => ({ thing, headline: headlineOf(thing, graph), addresses: addressesOf(thing, graph) }))
    .filter(({ headline }) => headline !== '');
  const isHeaded = ({ headline }: Candidate) => headings.some((heading) => sameWords(heading, headline));
  const isHere = ({ addresses }: Candidate) => addresses.some((address) => here.has(address));
  const [only, ...more] = articles;
  const found =
    articles.find((article) => isHere(article) && isHeaded(article)) ??
    articles.find(isHere) ??
    articles.find(isHeaded) ??
    articles.find(({ addresses }) => addresses.length === 0) ??
    // The only one may have an address of its own: a short one, that of a rehearsal.
    (only && more.length === 0 && (headings.length === 0 || isOfOtherHost(only, here)) ? only : undefined);
  return found?.thing;
}

interface Candidate {
  headline: string;
  addresses: string[];
}

const hostOf = (key: string): string => key.split('/', 1)[0] ?? '';
const isOfOtherHost = ({ addresses }: Candidate, here: Set<string>): boolean =>
  !addresses.some((address) => [...here].some((mine) => hostOf(mine) === hostOf(address)));

function addressesOf(thing: Json, graph: Graph): string[] {
  const pages = valuesOf(thing, 'mainEntityOfPage', graph).map((page) =>
    isJson(page) ? (page['@id'] ?? page.url) : page,
  );
  return [...valuesOf(thing, 'url', graph), ...pages, thing['@id']]
    .map((address) => (typeof address === 'string' ? addressKey(address) : undefined))
    .filter((key) => key !== undefined);
}

function isElsewhere(thing: Json, here: Set<string>, graph: Graph): boolean {
  const addresses = addressesOf(thing, graph);
  return addresses.length > 0 && !addresses.some((address) => here.has(address));
}

/** The name is the better headline where the page's other voices know that one. */
function headlineOf(thing: Json, graph: Graph, headings: string[] = []): string {
  const [headline = '', name = ''] = ['headline', 'name'].map((property) => plainText(textIn(thing, property, graph)));
  const isKnown = (text: string) => headings.some((heading) => sameWords(heading, text));
  return isKnown(name) && !isKnown(headline) ? name : firstOf(headline, name);
}

const nameOf = (thing: Json, graph: Graph): string => plainText(rawOf(thing, 'name', graph));

function saidOf(thing: Json, graph: Graph, headings: string[], tagline = ''): Said {
  const description = firstOf(rawOf(thing, 'description', graph), rawOf(thing, 'abstract', graph));
  const [publisher] = ['publisher', 'sourceOrganization', 'isPartOf'].flatMap((name) => valuesOf(thing, name, graph));
  const logo = isJson(publisher) ? picturesOf(publisher, 'logo', graph)[0]?.url : undefined;
  const [language] = valuesOf(thing, 'inLanguage', graph);
  return {
    ...nothing,
    headline: headlineOf(thing, graph, headings),
    standfirst: description === tagline ? '' : standfirstOf(description),
    authors: namesIn(
      ['author', 'creator'].map((name) => valuesOf(thing, name, graph)).find((list) => list.length > 0),
      graph,
    ),
    published: firstOf(...['datePublished', 'dateCreated', 'uploadDate'].map((name) => rawOf(thing, name, graph))),
    modified: rawOf(thing, 'dateModified', graph),
    section: plainText(rawOf(thing, 'articleSection', graph)),
    pictures: ['image', 'primaryImageOfPage', 'thumbnailUrl', 'thumbnail']
      .flatMap((name) => picturesOf(thing, name, graph))
      .filter(({ url }) => url !== logo),
    url: firstOf(rawOf(thing, 'url', graph)),
    site: isJson(publisher) ? nameOf(publisher, graph) : typeof publisher === 'string' ? plainText(publisher) : '',
    language: isJson(language)
      ? firstOf(rawOf(language, 'alternateName', graph), rawOf(language, 'name', graph))
      : String(language ?? ''),
  };
}

const namesIn = (authors: unknown[] = [], graph: Graph): string[] =>
  authors
    .flatMap((author) => (isJson(author) ? namesOf(author, graph) : [author]))
    .filter((name) => typeof name === 'string')
    .map(plainText);

function namesOf(person: Json, graph: Graph): unknown[] {
  const names = valuesOf(person, 'name', graph);
  return names.length > 0 ? names : [`${rawOf(person, 'givenName', graph)} ${rawOf(person, 'familyName', graph)}`];
}

function picturesOf(thing: Json, name: string, graph: Graph): Picture[] {
  return valuesOf(thing, name, graph).flatMap((image) => {
    if (!isJson(image)) return typeof image === 'string' ? [{ url: image }] : [];
    const id = typeof image['@id'] === 'string' && /^https?:.*\.\w{3,4}$/.test(image['@id']) ? image['@id'] : '';
    const url = firstOf(rawOf(image, 'url', graph), rawOf(image, 'contentUrl', graph), id);
    const alt = plainText(firstOf(rawOf(image, 'alternateName', graph), rawOf(image, 'caption', graph)));
    const [width, height] = ['width', 'height'].map((side) => Number.parseInt(rawOf(image, side, graph), 10));
    return url ? [{ url, ...(alt && { alt }), ...(width && height && { width, height }) }] : [];
  });
}

/** https://developers.google.com/search/docs/appearance/structured-data/paywalled-content */
const isPaid = (thing: Json, graph: Graph): boolean =>
  [thing, ...valuesOf(thing, 'hasPart', graph)].some(
    (part) =>
      isJson(part) &&
      valuesOf(part, 'isAccessibleForFree', graph).some((value) => /^(false|no)$|\/False$/i.test(String(value))),
  );

/** `Home > Sport > Headline`: what stands second, if it is not the article itself. */
function trailIn(graph: Graph): string {
  const trail = graph.things.find((thing) => isOf(/BreadcrumbList$/, thing));
  const names = trail ? crumbsOf(trail, graph) : [];
  return names.length > 2 ? (names[1] ?? '') : '';
}

/** The names of a trail of breadcrumbs. */
export const crumbsOf = (trail: Json, graph: Graph): string[] =>
  valuesOf(trail, 'itemListElement', graph).map((entry) => {
    if (!isJson(entry)) return '';
    const [item] = valuesOf(entry, 'item', graph);
    return firstOf(nameOf(entry, graph), isJson(item) ? nameOf(item, graph) : '');
  });
