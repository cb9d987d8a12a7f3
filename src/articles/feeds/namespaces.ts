import type { Attributes } from './scan-markup.ts';

/** Prefixes and what they stand for at one place of a document. */
export type Scope = ReadonlyMap<string, Vocabulary>;
interface Vocabulary {
  uri: string;
  /** What it is called here; '' for RSS itself, undefined for one that is not known. */
  prefix: string | undefined;
}

// By a part that survives the ways in which these addresses are written: http or https, with or without a slash.
const KNOWN: [part: string, prefix: string][] = [
  ['purl.org/rss/1.0/modules/content', 'content'],
  ['purl.org/rss/1.0/modules/syndication', 'sy'],
  ['purl.org/rss/1.0/modules/slash', 'slash'],
  ['purl.org/rss/1.0/modules', 'other'],
  ['purl.org/rss/1.0', ''],
  ['purl.org/net/rss1.1', ''],
  ['my.netscape.com/rdf/simple/0.9', ''],
  ['my.netscape.com/publish/formats', ''],
  ['channel.netscape.com/rdf/simple/0.9', ''],
  ['backend.userland.com/rss', ''],
  ['blogs.law.harvard.edu/tech/rss', ''],
  ['cyber.law.harvard.edu/rss', ''],
  ['purl.org/dc/elements', 'dc'],
  ['purl.org/metadata/dublin_core', 'dc'],
  ['dublincore.org', 'dc'],
  ['purl.org/dc/terms', 'dcterms'],
  ['search.yahoo.com/mrss', 'media'],
  ['yahoo.com/rss', 'media'],
  ['media-rss', 'media'],
  ['itunes.com/dtds/podcast', 'itunes'],
  ['google.com/schemas/play-podcasts', 'googleplay'],
  ['w3.org/2005/atom', 'atom'],
  ['purl.org/atom/ns', 'atom'],
  ['purl.org/atom/app', 'app'],
  ['w3.org/2007/app', 'app'],
  ['rssnamespace.org/feedburner', 'feedburner'],
  ['w3.org/1999/xhtml', 'xhtml'],
  ['w3.org/1999/02/22-rdf-syntax-ns', 'rdf'],
  ['prismstandard.org', 'prism'],
];
// Used without a declaration, they mean what they mean everywhere.
const ALIASES: Record<string, string> = { mrss: 'media', a10: 'atom', rss: '', dct: 'dcterms' };

/** The scope inside an element. */
export function scopeWithin(outer: Scope, attributes: Attributes): Scope {
  let scope: Map<string, Vocabulary> | undefined;
  for (const [key, value] of attributes) {
    if (key !== 'xmlns' && !key.startsWith('xmlns:')) continue;
    const uri = value.trim().toLowerCase();
    scope ??= new Map(outer);
    scope.set(key.slice(6), { uri, prefix: KNOWN.find(([part]) => uri.includes(part))?.[1] });
  }
  return scope ?? outer;
}

/** The address of what a name belongs to. */
export const namespaceOf = (scope: Scope, written: string): string | undefined => scope.get(prefixIn(written))?.uri;

/** Of a name as it is written, the one that it is known by here. `own` is the namespace of the whole document. */
export function nameIn(scope: Scope, written: string, own: string | undefined): string {
  const prefix = prefixIn(written);
  const local = prefix ? written.slice(prefix.length + 1) : written;
  const found = scope.get(prefix);
  if (!found) return prefixed(ALIASES[prefix] ?? prefix, local);
  if (found.uri === own) return local;
  // XHTML in an element of its own stands among plain names; an unknown vocabulary as the default one is a mistake.
  if (!prefix && (found.prefix === undefined || found.prefix === 'xhtml')) return local;
  return prefixed(found.prefix ?? 'other', local);
}

const prefixIn = (written: string): string => written.slice(0, Math.max(0, written.indexOf(':')));
const prefixed = (prefix: string, local: string): string => (prefix ? `${prefix}:${local}` : local);
