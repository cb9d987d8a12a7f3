import { namingQuery } from './url-parameters.ts';

interface Wrapper {
  host: RegExp;
  inner(url: URL): string | undefined;
}

/** Addresses that carry another one: a cache of AMP pages, a link that is counted on its way. */
const WRAPPERS: Wrapper[] = [
  {
    host: /(^|\.)cdn\.ampproject\.org$|(^|\.)bing-amp\.com$/,
    inner: ({ pathname, search }) => afterAmp(/^\/(?:wp\/)?[cvri]\/(s\/)?(.+)$/.exec(pathname), search),
  },
  {
    host: /^(www\.)?(google\.[a-z.]{2,6}|bing\.com)$/,
    inner: ({ pathname, search }) => afterAmp(/^\/amp\/(s\/)?(.+)$/.exec(pathname), search),
  },
  {
    host: /^(www\.)?google\.[a-z.]{2,6}$/,
    inner: (url) => (url.pathname === '/url' ? targetOf(url, 'q', 'url') : undefined),
  },
  { host: /^lm?\.(facebook|instagram)\.com$/, inner: (url) => targetOf(url, 'u') },
];

const afterAmp = (found: RegExpExecArray | null, search: string): string | undefined =>
  found ? `https://${found[2]}${search}` : undefined;

function targetOf({ searchParams }: URL, ...names: string[]): string | undefined {
  return (
    names.map((name) => searchParams.get(name)).find((target) => target && /^https?:\/\//.test(target)) ?? undefined
  );
}

const WRAPPED_AT_MOST = 3;

/**
 * The key under which an article is one article, however its link was passed around; no address to open. Scheme, `www`,
 * versions for telephones and AMP are folded. Two addresses that name two articles keep two keys.
 */
export function canonicalUrl(text: string): string {
  const url = unwrapped(new URL(text));
  const path = pathOf(url.pathname);
  const query = namingQuery(evenly(url.search, SAFE_IN_QUERY).replaceAll('+', '%20'), namesArticle(path));
  return `https://${hostOf(url)}${path}${query && `?${query}`}${fragmentOf(url.hash)}`;
}

function unwrapped(url: URL, depth = 0): URL {
  const inner = WRAPPERS.find(({ host, inner }) => host.test(url.hostname) && inner(url))?.inner(url);
  const target = inner ? URL.parse(inner) : null;
  return target && depth < WRAPPED_AT_MOST ? unwrapped(target, depth + 1) : url;
}

/** Ports of the other scheme too: the scheme is folded. */
function hostOf({ hostname, port }: URL): string {
  let host = hostname.replace(/\.$/, '');
  // What is left must still be a name: `m.example` and `m.co.uk` are newspapers of their own.
  while (/^(www\d?|m|mobile|amp|touch|wap)\.(?!(?:com?|org|net|gov|edu|ac)\.[a-z]{2}$)[^.]+\..*[a-z]/.test(host))
    host = host.slice(host.indexOf('.') + 1);
  // en.m.example.org
  host = host.replace(/^([^.]+)\.(m|mobile|amp)\.(?=[^.]+\..*[a-z])/, '$1.');
  return port === '' || port === '80' || port === '443' ? host : `${host}:${port}`;
}

const INDEX = /\/(index|default)\.(html?|shtml|php|aspx?|jsp|cfm)$/i;
const SESSION = /;(jsessionid|phpsessid|sid)=[^/;]*/gi;
/** ASP.NET keeps sessions without cookies in the path. */
const COOKIELESS = /\/\(S\([^)]*\)\)(?=\/)/gi;
/** A path that says which article it is: words joined by hyphens, or a number. */
const namesArticle = (path: string): boolean => /[^/]-[^/]|\d{3}|_[a-z]+_/i.test(path) && !PROGRAM.test(path);
const PROGRAM = /\/[a-z_-]+\.(php|aspx?|jsp|cgi|pl|cfm)$/i;

function pathOf(given: string): string {
  const plain = evenly(given, SAFE_IN_PATH)
    .replace(SESSION, '')
    .replace(COOKIELESS, '')
    .replace(/\/{2,}/g, '/')
    .replace(/^\/index\.php(?=\/.)/i, '');
  return withoutEnd(withoutAmp(withoutEnd(plain))) || '/';
}

const withoutEnd = (path: string): string => path.replace(/\/+$/, '').replace(INDEX, '').replace(/\/+$/, '');

/** `/story/amp`, `/amp/story`, `story.amp`, `story.amp.html`. An address of nothing but `/amp` is left alone. */
function withoutAmp(path: string): string {
  return path
    .replace(/(?<=.)\/(amp|amp\.html?|platform\/amp)$/i, '')
    .replace(/^\/amp(?=\/.)/i, '')
    .replace(/\.amp(\.html?)?$/i, (_, end: string | undefined) => end ?? '');
}

/** Some sites still show their articles behind a fragment: `#!/story/12`. Any other names a place on the page. */
const fragmentOf = (hash: string): string => (/^#(!|\/)./.test(hash) ? evenly(hash, SAFE_IN_PATH) : '');

const SAFE_IN_PATH = /[\w.~!$'()*+,:@-]/;
const SAFE_IN_QUERY = /[\w.~!$'()*,:@/-]/;

/** One spelling of what was escaped: letters that need no escape, capitals in those that do, and composed accents. */
function evenly(text: string, safe: RegExp): string {
  return composed(text).replace(/%[0-9a-f]{2}/gi, (code) => {
    const sign = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return safe.test(sign) ? sign : code.toUpperCase();
  });
}

/** Some systems take accents apart. Never longer than before: the key has to fit an index. */
function composed(text: string): string {
  return text.replace(/(?:%[c-f][0-9a-f](?:%[89ab][0-9a-f])+|[A-Za-z](?=%cc|%cd))+/gi, (escaped) => {
    try {
      const even = encodeURIComponent(decodeURIComponent(escaped).normalize('NFC'));
      return even.length <= escaped.length ? even : escaped;
    } catch {
      return escaped;
    }
  });
}
