import { encode, wrap } from 'nodemailer/lib/qp';

/** RFC 2045 §6.7 allows 76; a dot at the start of a line grows by two. */
const COLUMNS = 73;
export const SOFT_BREAK = '=\r\n';

/** Needs no encoding, only breaks: what our own addresses are made of. */
const PLAIN = /^[!-<>-~]*$/;

/**
 * Quoted-printable text that can stand between two others, each starting a line of its own. Beyond what RFC 2045 asks,
 * no line begins with a dot and no two blanks stand together, so that neither dot-stuffing nor DKIM's relaxed
 * canonicalisation changes it.
 * @param text line breaks as CRLF
 */
export function quotedPrintable(text: string): string {
  if (PLAIN.test(text)) return broken(text);
  const encoded = encode(text)
    .replaceAll('\t', '=09')
    .replace(/ (?= )/g, '=20');
  return wrap(encoded, COLUMNS).replace(/(^|\r\n)\./g, '$1=2E');
}

function broken(text: string): string {
  if (text.length <= COLUMNS) return text.startsWith('.') ? `=2E${text.slice(1)}` : text;
  let lines = '';
  for (let at = 0; at < text.length; at += COLUMNS) {
    const line = text.slice(at, at + COLUMNS);
    const dotted = line.startsWith('.') ? `=2E${line.slice(1)}` : line;
    lines += at === 0 ? dotted : SOFT_BREAK + dotted;
  }
  return lines;
}
