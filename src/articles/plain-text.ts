import { convert, type HtmlToTextOptions } from 'html-to-text';

// Private-use characters mark the slots of message templates; bidi controls can make a headline read as another.
const STRIPPED = /[\uE000-\uF8FF\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/** One line of text as it may stand in a subject or a card: no control characters, no runs of blanks. */
export const cleanLine = (text: string): string =>
  text.toWellFormed().replace(STRIPPED, '').replace(CONTROLS, ' ').replace(/\s+/g, ' ').trim();

const LIMIT = 300;
// A standfirst is the beginning of a text: a hostile body is not read to its end, nor to its depth.
const READ_LIMIT = 50_000;
const DEPTH_LIMIT = 100;
// A cut at a sentence should not throw most of the text away.
const WORTHWHILE = 0.5;

const blocks = 'h1 h2 h3 h4 h5 h6 ul ol li blockquote table tr td th dt dd'.split(' ');
const skipped = 'img figure figcaption script style noscript iframe template textarea title svg form'.split(' ');
const options: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxInputLength: READ_LIMIT, maxDepth: DEPTH_LIMIT, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    ...blocks.map((selector) => ({ selector, format: 'block' })),
    ...skipped.map((selector) => ({ selector, format: 'skip' })),
  ],
};

// What blog software appends to a summary.
const TRAILERS = [
  /The post .{1,300} (appeared first|first appeared) on .{1,200}$/,
  /(Continue reading|Read more)\W*$/i,
];

/** The text of an HTML fragment on one line; entities are decoded once, as a browser would. */
export function plainText(html: string): string {
  return cleanLine(convert(html.slice(0, READ_LIMIT), options));
}

/** The beginning of an article for its card: whole sentences when they fit, else whole words and an ellipsis. */
export function standfirstOf(html: string): string {
  const text = TRAILERS.reduce((rest, trailer) => rest.replace(trailer, '').trim(), plainText(html));
  return truncate(text.replace(/([.!?…]?)\s*\[(?:…|\.{3})\]$/, (_, end: string) => end || '…'));
}

export function truncate(text: string, most = LIMIT): string {
  if (text.length <= most) return text;
  const sentences = leading(text, 'sentence', most).trimEnd();
  if (sentences.length >= most * WORTHWHILE && !endsInAbbreviation(sentences)) return sentences;
  const words = leading(text, 'word', most - 1).replace(/[\s,;:–—-]+$/, '');
  return `${words || leading(text, 'grapheme', most - 1)}…`;
}

/** As many whole segments from the start as fit; Intl knows where words end without blanks between them. */
function leading(text: string, granularity: 'sentence' | 'word' | 'grapheme', most: number): string {
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter(undefined, { granularity }).segment(text.slice(0, most * 2))) {
    if (index + segment.trimEnd().length > most) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

// "Dr.", "No.", "U.S." look like the end of a sentence and are not.
const endsInAbbreviation = (text: string): boolean => /(^|\s)(\p{Lu}\p{L}{0,2}|(\p{L}\.)+\p{L})\.$/u.test(text);

// A browser looks no further either.
const HEAD_BYTES = 1024;
const META_CHARSET = /<meta[^>]{1,200}charset\s*=\s*["']?([\w.:-]+)/i;

/** By byte order mark, else Content-Type, else what the XML or HTML says at its start, else UTF-8. */
export function decodeText(body: Buffer, contentType: string): string {
  const start = body.subarray(0, HEAD_BYTES).toString('latin1');
  const declared = /^\s*<\?xml[^>]{0,99}encoding\s*=\s*["']([\w.:-]+)/.exec(start) ?? META_CHARSET.exec(start);
  const label = bomOf(body) ?? /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? declared?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

const bomOf = (body: Buffer): string | undefined =>
  ({ fffe: 'utf-16le', feff: 'utf-16be', efbb: 'utf-8' })[body.subarray(0, 2).toString('hex')];

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}:\d{2}\S*)(.*))?$/;
const RFC_822 = /\b\d{1,2}[\s-]+[a-z]{3,9}[\s-]+\d{2,4}\s+\d{1,2}:\d{2}/i;
const HAS_ZONE = /(Z|[+-]\d{2}(:?\d{2})?|\bUTC?|\bGMT|\b[ECMP][SD]T)(\s*\(.*\))?$/i;
// European zones that Date.parse does not know.
const ZONES: Record<string, string> = {
  BST: '+0100',
  CET: '+0100',
  WEST: '+0100',
  CEST: '+0200',
  EET: '+0200',
  EEST: '+0300',
};
const DATE_LIMIT = 60;
const EARLIEST = Date.UTC(1980, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** ISO 8601 or RFC 822; UTC where no zone is given, so that it means the same on every machine. */
export function instantOf(text: string): Date | undefined {
  const given = text.trim().replace(/\b(BST|CET|WEST|CEST|EET|EEST)$/, (zone) => ZONES[zone] ?? zone);
  const [, day, clock, zone = ''] = ISO.exec(given) ?? [];
  if (given.length > DATE_LIMIT || (!day && !RFC_822.test(given))) return undefined;
  // Date.parse reads `2026-05-01 07:00:00 UTC` and `…+0100`, but not with a T before the blank.
  const time = Date.parse(day ? withZone(clock ? `${day} ${clock}${zone}` : `${day} 00:00`) : withZone(given));
  return time >= EARLIEST && time < LATEST ? new Date(time) : undefined;
}

const withZone = (text: string): string => (HAS_ZONE.test(text) ? text : `${text} UTC`);
