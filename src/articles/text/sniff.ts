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

// Kana tells Japanese from Chinese, small letters one Cyrillic encoding from the other, where they are capitals.
const GUESSES: Guess[] = [
  { label: 'shift_jis', letters: KANA, share: 0.3 },
  { label: 'euc-jp', letters: KANA, share: 0.3 },
  { label: 'euc-kr', letters: HANGUL, share: 0.6 },
  { label: 'windows-1251', letters: CYRILLIC_SMALL, share: 0.6 },
  { label: 'koi8-u', letters: CYRILLIC_SMALL, share: 0.6 },
  { label: 'gb18030', letters: HAN, share: 0.7 },
  { label: 'big5', letters: HAN, share: 0.7 },
];
const LOOKED_AT = 20_000;
const RUNS = /[\x80-\xff]{4,}/g;
const HIGH = /[\x80-\xff]/g;
const MOSTLY = 0.8;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * Bytes that are not UTF-8 and of which nothing true is said. Western text has its accents one by one: there each byte that
 * fits no UTF-8 character is windows-1252, which also mends UTF-8 that somebody pasted other text into.
 */
export function sniffed(body: Buffer): string {
  const bytes = body.toString('latin1');
  const runs = (bytes.match(RUNS) ?? []).join('').length;
  const high = count(bytes, HIGH);
  const nearly = (bytes.match(UTF8) ?? []).join('').length > high * MOSTLY;
  const label = runs > high / 2 && !nearly ? likeliest(body) : undefined;
  return label ? new TextDecoder(label).decode(body) : mixed(bytes);
}

function likeliest(body: Buffer): string | undefined {
  const from = Math.max(
    0,
    body.findIndex((byte) => byte > 0x7f),
  );
  const sample = body.subarray(from, from + LOOKED_AT);
  return GUESSES.find(({ label, letters, share }) => {
    const text = new TextDecoder(label).decode(sample);
    const foreign = count(text, /[^\0-\x7f]/g);
    return foreign > 0 && count(text, /\ufffd/g) <= 2 && count(text, letters) >= foreign * share;
  })?.label;
}

const CHARACTERS =
  '(?:[\\xc2-\\xdf][\\x80-\\xbf]|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}|\\xed[\\x80-\\x9f][\\x80-\\xbf]' +
  '|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}|[\\xf1-\\xf3][\\x80-\\xbf]{3}|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}){1,1000}';
const UTF8 = new RegExp(CHARACTERS, 'g');
const UTF8_OR_BYTE = new RegExp(`${CHARACTERS}|[\\x80-\\xff]`, 'g');
const BYTES = Array.from({ length: 256 }, (_, byte) => new TextDecoder('windows-1252').decode(Buffer.from([byte])));

const mixed = (bytes: string): string =>
  bytes.replace(UTF8_OR_BYTE, (found) =>
    found.length > 1 ? Buffer.from(found, 'latin1').toString('utf8') : (BYTES[found.charCodeAt(0)] ?? found),
  );
