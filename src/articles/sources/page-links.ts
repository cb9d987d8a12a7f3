import type { Fetched } from '../../platform/fetch/guarded-fetch.ts';
import { baseOf } from '../pages/addresses.ts';
import { outlineOf } from '../pages/outline.ts';
import { decodeText } from '../text/decode.ts';
import type { Kind } from './source.ts';

export interface Candidate {
  kind: Kind;
  url: string;
  title?: string;
}

const LOOKED_AT = 500_000;
const FEED_TYPE = /^\s*(application\/(rss|atom|rdf|feed)\+(xml|json)|text\/(rss|atom|xml)(\+xml)?|application\/xml)\b/i;
/** Where a link of a page leads to a feed in all likelihood. */
const FEED_PATH = /(\/(feed|rss|atom)\/?|\.(rss|atom|rdf)|\/(feed|rss|atom|index)\.(xml|json))$/i;
const API = 'https://api.w.org/';

export const isPage = ({ headers, body }: Pick<Fetched, 'headers' | 'body'>): boolean =>
  /html/i.test(headers['content-type'] ?? '') ||
  /<(!doctype html|html|head|body)\b/i.test(body.subarray(0, 2000).toString('latin1'));

/** Where a page says that feeds are, and where its links lead to one in all likelihood. */
export function linksOf(answer: Fetched): Candidate[] {
  const html = decodeText(answer.body, answer.headers['content-type'] ?? '').slice(0, LOOKED_AT);
  const outline = outlineOf(html);
  const called = (wanted: string) => outline.filter(({ name }) => name === wanted).map(({ attribs }) => attribs);
  const base = baseOf(outline, answer.url);
  const found = [
    ...headerLinks(answer.headers.link).map(({ rel, ...link }) => ({ ...link, rels: relsOf(rel), base: answer.url })),
    ...called('link').map(({ rel, href, type, title }) => ({ rels: relsOf(rel), href, type, title, base })),
  ];
  const named = found.flatMap(({ rels, href, type, title, base }) => {
    const url = href && absolute(href, base);
    const kind = rels.includes(API)
      ? 'wordpress'
      : rels.includes('alternate') && FEED_TYPE.test(type ?? '')
        ? 'feed'
        : undefined;
    return url && kind ? [{ kind, url, ...(title && { title }) } as const] : [];
  });
  const linked = called('a').flatMap(({ href }) => (href && absolute(href, base)) || []);
  const likely = linked
    .filter((url) => FEED_PATH.test(new URL(url).pathname))
    .map((url) => ({ kind: 'feed' as const, url }));
  return [...named, ...likely];
}

const relsOf = (rel = ''): string[] => rel.toLowerCase().split(/\s+/);

function absolute(href = '', base: string): string | undefined {
  const url = URL.parse(
    href
      .trim()
      .replace(/^feed:(\/\/)?(?=https?:|\/\/)/i, '')
      .replace(/^feed:/i, 'https:'),
    base,
  );
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return undefined;
  url.hash = '';
  return url.href;
}

/** `Link: <…>; rel="…"; type="…"` (RFC 8288), several of them after commas. */
function headerLinks(header = '') {
  const links = header.slice(0, 8000).matchAll(/<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s,;"]+))*)/g);
  return links.toArray().map(([, href, params = '']) => {
    const value = (name: string) =>
      new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,;"]+))`, 'i').exec(params)?.slice(1).find(Boolean);
    return { href, rel: value('rel'), type: value('type'), title: value('title') };
  });
}
