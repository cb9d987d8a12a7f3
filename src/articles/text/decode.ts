import { isUtf8 } from 'node:buffer';
import { sniffed } from './sniff.ts';

// A browser looks no further either.
const HEAD_BYTES = 1024;
const XML_ENCODING = /<\?xml[^>]{0,99}encoding\s*=\s*["']\s*([\w.: -]+)/i;
const META_CHARSET = /<meta[^>]{1,200}charset\s*=\s*["']?\s*([\w.:-]+)/i;
const IN_CONTENT_TYPE = /charset\s*=\s*["']?\s*([\w.:-]+)/i;
// Names that are used and that WHATWG's list lacks.
const ALIASES: [pattern: RegExp, label: string][] = [
  [/^(cp|ms|windows[-_]?|win-?)(125\d)$/, 'windows-$2'],
  [/^(cp|ms|windows-)?(932|31j)$/, 'shift_jis'],
  [/^(cp|ms|windows-)936$/, 'gbk'],
  [/^(cp|ms|windows-)949$/, 'euc-kr'],
  [/^(cp|ms|windows-)950$/, 'big5'],
  [/^cp866$/, 'ibm866'],
  [/^(latin-?1|iso-?latin-?1|ansi|unicode-1-1|iso-?8859-?1|8859-1)$/, 'windows-1252'],
  [/^iso[-_ ]?8859[-_ ]?(\d{1,2})$/, 'iso-8859-$1'],
  [/^macroman$/, 'macintosh'],
  [/^u[-_]?8$|^utf[-_ ]?8.*$/, 'utf-8'],
];
// What servers say of everything, when nobody told them.
const BY_DEFAULT = new Set(['windows-1252', 'iso-8859-1', 'us-ascii', 'ascii']);
// Undecodable bytes, of those that are not ASCII, in a text that has been cut or pasted into.
const FEW = 0.02;

/**
 * The text of a feed or a page. Believed is, in this order: a byte order mark; that every byte fits UTF-8, which by chance
 * no other text does; Content-Type; what XML or HTML says at its start; and if none of that can be, what the bytes look
 * like. ISO 8859-1 means windows-1252, as in every browser.
 */
export function decodeText(body: Buffer, contentType: string): string {
  const marked = bomOf(body) ?? wideOf(body);
  return withWholeCharacters(
    withoutC1(marked ? new TextDecoder(marked).decode(body) : decodeNarrow(body, contentType)),
  );
}

function decodeNarrow(body: Buffer, contentType: string): string {
  const start = body.subarray(0, HEAD_BYTES).toString('latin1');
  const transport = labelOf(IN_CONTENT_TYPE.exec(contentType)?.[1]);
  const declared = labelOf((XML_ENCODING.exec(start) ?? META_CHARSET.exec(start))?.[1]);
  const labels = transport && BY_DEFAULT.has(transport) ? [declared, transport] : [transport, declared];
  // It is all ASCII on the wire.
  if (labels.includes('iso-2022-jp') && body.includes(0x1b)) return new TextDecoder('iso-2022-jp').decode(body);
  if (isUtf8(body)) return body.toString('utf8');
  for (const label of labels) {
    const text = label && label !== 'utf-8' ? decodedAs(label, body) : undefined;
    if (text !== undefined) return text;
  }
  return sniffed(body);
}

/** As TextDecoder knows it; what claims to be two bytes wide is not, or it would have been seen. */
function labelOf(said: string | undefined): string | undefined {
  const name = said?.trim().toLowerCase() ?? '';
  const alias = ALIASES.find(([pattern]) => pattern.test(name));
  const label = alias ? name.replace(alias[0], alias[1]) : name;
  try {
    const { encoding } = new TextDecoder(label);
    return encoding.startsWith('utf-16') || encoding === 'x-user-defined' ? undefined : encoding;
  } catch {
    return undefined;
  }
}

function decodedAs(label: string, body: Buffer): string | undefined {
  const text = new TextDecoder(label).decode(body);
  if (!text.includes('\ufffd')) return text;
  const lost = text.match(/\ufffd/g)?.length ?? 0;
  const foreign = text.match(/[^\0-\x7f]/g)?.length ?? 0;
  return lost <= Math.max(1, foreign * FEW) ? text : undefined;
}

const bomOf = (body: Buffer): string | undefined =>
  body.subarray(0, 3).toString('hex') === 'efbbbf'
    ? 'utf-8'
    : { fffe: 'utf-16le', feff: 'utf-16be' }[body.subarray(0, 2).toString('hex')];

/** UTF-16 without its mark: both formats begin with ASCII, so every other byte is nothing. */
function wideOf(body: Buffer): string | undefined {
  const start = body.subarray(0, 8);
  if (start.length < 4 || !start.includes(0)) return undefined;
  const zeros = (from: number) => start.every((byte, at) => (at % 2 === from) === (byte === 0));
  return zeros(1) ? 'utf-16le' : zeros(0) ? 'utf-16be' : undefined;
}

const windows1252 = new TextDecoder('windows-1252');

/** Characters nobody writes: windows-1252 that was taken for ISO 8859-1 and put into UTF-8. */
const withoutC1 = (text: string): string =>
  text.replace(/[\x80-\x9f]/g, (control) => windows1252.decode(Buffer.from([control.charCodeAt(0)])));

const HALVES = /&#(5[56]\d{3}|xd[89ab][\da-f]{2});&#(5[67]\d{3}|xd[c-f][\da-f]{2});/gi;

/** An emoji as references to its two halves in UTF-16, which name nothing: programs that count in those write it so. */
const withWholeCharacters = (text: string): string =>
  text.replace(HALVES, (pair, ...halves: string[]) => {
    const char = String.fromCharCode(...halves.slice(0, 2).map((half) => Number(half.replace(/^x/i, '0x'))));
    return char.isWellFormed() ? char : pair;
  });
