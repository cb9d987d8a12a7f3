const KANA = /[\u3040-\u30ff]/g;
const HANGUL = /[\uac00-\ud7a3]/g;
const HAN = /[\u4e00-\u9fff]/g;
const CYRILLIC_SMALL = /[а-яёіїєґў]/g;

interface Guess {
  label: string;
  /** Letters that such a text is full of. */
  letters: RegExp;
  /** Their least share of what is not ASCII. */
  share: number;
}

// Kana tells Japanese from Chinese, small letters one Cyrillic encoding from the other, where they are capitals. Of
// Chinese read as Korean two letters of three are Hangul, of Korean nearly all.
const GUESSES: Guess[] = [
  { label: 'shift_jis', letters: KANA, share: 0.3 },
  { label: 'euc-jp', letters: KANA, share: 0.3 },
  { label: 'euc-kr', letters: HANGUL, share: 0.8 },
  { label: 'windows-1251', letters: CYRILLIC_SMALL, share: 0.6 },
  { label: 'koi8-u', letters: CYRILLIC_SMALL, share: 0.6 },
  { label: 'gb18030', letters: HAN, share: 0.7 },
  { label: 'big5', letters: HAN, share: 0.7 },
];
const LOOKED_AT = 20_000;
const RUN = 4;
const MOSTLY = 0.8;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * Bytes that are not UTF-8 and of which nothing true is said. Western text has its accents one by one: there each byte
 * that fits no UTF-8 character is windows-1252, which also mends UTF-8 that somebody pasted other text into.
 */
export function sniffed(body: Buffer): string {
  const { high, fitting, inRuns } = survey(body);
  const isForeign = inRuns > high / 2 && fitting < high * MOSTLY;
  const label = isForeign ? likeliest(body) : undefined;
  return label ? new TextDecoder(label).decode(body) : mended(body, body.length + (high - fitting) * 2);
}

/** Of the bytes beyond ASCII: how many there are, fit UTF-8, and stand in a row. */
function survey(body: Buffer): { high: number; fitting: number; inRuns: number } {
  let [high, fitting, inRuns, run] = [0, 0, 0, 0];
  for (let at = 0; at < body.length; ) {
    const length = charLength(body, at);
    const isHigh = (body[at] ?? 0) > 0x7f;
    if (isHigh) {
      run += length;
      high += length;
      if (length > 1) fitting += length;
    }
    if (!isHigh || at + length >= body.length) {
      if (run >= RUN) inRuns += run;
      run = 0;
    }
    at += length;
  }
  return { high, fitting, inRuns };
}

function likeliest(body: Buffer): string | undefined {
  const from = body.findIndex((byte) => byte > 0x7f);
  const sample = body.subarray(Math.max(0, from), from + LOOKED_AT);
  return GUESSES.find(({ label, letters, share }) => {
    const text = new TextDecoder(label).decode(sample);
    const foreign = count(text, /\P{ASCII}/gu);
    return foreign > 0 && count(text, /\ufffd/g) <= 2 && count(text, letters) >= foreign * share;
  })?.label;
}

/** How many bytes the UTF-8 character has that begins here: 1 as well for what is none. */
function charLength(body: Buffer, at: number): number {
  const [lead = 0, second = 0, third = 0, fourth = 0] = [body[at], body[at + 1], body[at + 2], body[at + 3]];
  if (lead < 0xc2 || lead > 0xf4 || !isTail(second)) return 1;
  if (lead < 0xe0) return 2;
  // Overlong forms, surrogates, and what lies beyond Unicode.
  if (lead < 0xf0)
    return isTail(third) && !(lead === 0xe0 && second < 0xa0) && !(lead === 0xed && second > 0x9f) ? 3 : 1;
  const isWhole = isTail(third) && isTail(fourth);
  return isWhole && !(lead === 0xf0 && second < 0x90) && !(lead === 0xf4 && second > 0x8f) ? 4 : 1;
}

const isTail = (byte: number): boolean => (byte & 0xc0) === 0x80;

const windows1252 = new TextDecoder('windows-1252');
const BYTES = Array.from({ length: 256 }, (_, byte) => Buffer.from(windows1252.decode(Buffer.from([byte]))));

function mended(body: Buffer, room: number): string {
  // At most three bytes in UTF-8 for each that was one.
  const parts = Buffer.allocUnsafe(room);
  let end = 0;
  for (let at = 0; at < body.length; ) {
    const length = charLength(body, at);
    const char = length === 1 ? BYTES[body[at] ?? 0] : undefined;
    for (let n = 0; n < (char?.length ?? length); n += 1) parts[end + n] = (char ? char[n] : body[at + n]) ?? 0;
    end += char?.length ?? length;
    at += length;
  }
  return parts.toString('utf8', 0, end);
}
