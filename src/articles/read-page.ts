import { type CheerioAPI, load } from 'cheerio';
import { DomainError } from '../kernel/errors.ts';
import { HEADLINE_LIMIT } from './article.ts';
import { cleanLine, plainText, standfirstOf } from './text/clean.ts';
import { decodeText } from './text/decode.ts';
import { instantOf } from './text/instant.ts';
import { truncate } from './text/truncate.ts';

export interface Page {
  headline: string;
  standfirst: string;
  image_url?: string;
  byline?: string;
  published_at?: Date;
  canonical_url: string;
}

export class NothingToRead extends DomainError {
  constructor(url: string) {
    super('nothing-to-read', 'invalid', `${url} names no headline.`);
  }
}

type Json = Record<string, unknown>;

// `@graph` in `@graph` in an array: deeper than that nobody means it.
const NESTING_LIMIT = 5;
// Comments and scripts are matched first and whole, so that no tag written in them counts.
const TAGS = new RegExp(
  [
    /<!--[\s\S]*?(?:-->|$)/,
    /<script\b[^<>]*>[\s\S]*?(?:<\/script\s*>|$)/,
    /<(?:meta|link)\b(?:[^<>"']|"[^"]*"|'[^']*')*>/,
    /<title\b[^<>]*>(?:(?!<title)[\s\S]){0,500}?<\/title\s*>/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);
const TAGS_LIMIT = 2000;
const ARTICLE_TYPE = /(Article|BlogPosting|LiveBlogPosting|Report)$/i;

/**
 * What a page says about the article on it: JSON-LD first, since it is written for machines, then OpenGraph.
 * @throws NothingToRead without a headline
 */
export function readPage(html: string | Buffer, url: string, contentType = ''): Page {
  const $ = loadHead(typeof html === 'string' ? html : decodeText(html, contentType));
  const meta = metaOf($);
  const article = articleOf($);
  const headline = firstOf(plainText(text(article.headline)), meta('og:title'), titleOf($, meta('og:site_name')));
  if (!headline) throw new NothingToRead(url);
  const image = absolute(firstOf(meta('og:image'), imageOf(article.image)), url);
  const byline = cleanLine(firstOf(namesOf(article.author), meta('author')));
  const published = instantOf(firstOf(text(article.datePublished), meta('article:published_time')));
  return {
    headline: truncate(headline, HEADLINE_LIMIT),
    standfirst: firstOf(
      standfirstOf(text(article.description)),
      truncate(meta('og:description')),
      truncate(meta('description')),
    ),
    ...(image && { image_url: image }),
    ...(byline && { byline: truncate(byline) }),
    ...(published && { published_at: published }),
    canonical_url: canonicalOf($, meta('og:url'), url),
  };
}

/** Only the tags that speak of a page: a whole one, of nothing but opening tags, takes any HTML parser minutes. */
export function loadHead(html: string): CheerioAPI {
  const tags = html.matchAll(TAGS).take(TAGS_LIMIT);
  return load(
    tags
      .map(([tag]) => tag)
      .toArray()
      .join(''),
  );
}

const firstOf = (...texts: string[]): string => texts.find((text) => text !== '') ?? '';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sites write OpenGraph as `property` and everything else as `name`, and mix them up. */
function metaOf($: CheerioAPI): (name: string) => string {
  const found = new Map<string, string>();
  for (const { attribs } of $('meta[content]').toArray()) {
    const name = (attribs.property ?? attribs.name ?? '').toLowerCase();
    const content = cleanLine(attribs.content ?? '');
    if (content && !found.has(name)) found.set(name, content);
  }
  return (name) => found.get(name) ?? '';
}

function articleOf($: CheerioAPI): Json {
  const blocks = $('script[type="application/ld+json"]').toArray();
  const things = blocks.flatMap((block) => thingsIn(parse($(block).text())));
  return things.find((thing) => listOf(thing['@type']).some((type) => ARTICLE_TYPE.test(text(type)))) ?? {};
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function thingsIn(value: unknown, depth = 0): Json[] {
  if (depth > NESTING_LIMIT) return [];
  if (Array.isArray(value)) return value.flatMap((item) => thingsIn(item, depth + 1));
  if (!isJson(value)) return [];
  return [value, ...thingsIn(value['@graph'], depth + 1), ...thingsIn(value.mainEntity, depth + 1)];
}

function imageOf(value: unknown): string {
  const [first] = listOf(value);
  return isJson(first) ? text(first.url) : text(first);
}

const namesOf = (value: unknown): string =>
  listOf(value)
    .map((author) => plainText(isJson(author) ? text(author.name) : text(author)))
    .filter((name) => name !== '' && !URL.canParse(name))
    .join(', ');

/** `Headline | The Post` without the name of the site, where the page says what that is. */
function titleOf($: CheerioAPI, site: string): string {
  const title = cleanLine($('title').first().text());
  const bare = site && title.endsWith(site) ? title.slice(0, -site.length).replace(/\s*[|·:–—-]\s*$/, '') : title;
  return bare.trim() || title;
}

function absolute(link: string, base: string): string {
  const url = link ? URL.parse(link, base) : null;
  return url && ['http:', 'https:'].includes(url.protocol) ? url.href : '';
}

/** The page's own word on its address, but never on another site's: it would speak for an article not its own. */
function canonicalOf($: CheerioAPI, openGraph: string, url: string): string {
  const declared = absolute($('link[rel~="canonical"][href]').first().attr('href') ?? '', url);
  const candidates = [declared, absolute(openGraph, url)];
  return candidates.find((candidate) => candidate && siteOf(candidate) === siteOf(url)) ?? url;
}

const siteOf = (url: string): string => new URL(url).hostname.replace(/^(www|m|amp)\./, '');
