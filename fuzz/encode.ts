import type { Random } from './random.ts';

const DECLARED = [
  'utf-8',
  'UTF-16',
  'iso-8859-1',
  'windows-1252',
  'windows-1251',
  'shift_jis',
  'gb18030',
  'x-user-defined',
  'utf-7',
  'nonsense',
];
const BOMS = { utf8: '\xef\xbb\xbf', utf16le: '\xff\xfe', utf16be: '\xfe\xff' };

/** The text as some server would send it: mostly well, else in another encoding than it says, or with bytes gone wrong. */
export function encode(text: string, random: Random): Buffer {
  if (random.int(10) < 6) return Buffer.from(text);
  const declared = text.replace(/(encoding=["']|charset=["']?)[\w-]+/i, `$1${random.pick(DECLARED)}`);
  const body = random.pick([
    () => Buffer.from(declared),
    () => Buffer.from(declared, 'latin1'),
    () => Buffer.from(BOMS.utf8 + Buffer.from(declared).toString('latin1'), 'latin1'),
    () => Buffer.concat([Buffer.from(BOMS.utf16le, 'latin1'), Buffer.from(text, 'utf16le')]),
    () => Buffer.concat([Buffer.from(BOMS.utf16be, 'latin1'), Buffer.from(text, 'utf16le').swap16()]),
    () => Buffer.from(text, 'utf16le'),
  ])();
  return random.chance(2) ? body : withWrongBytes(body, random);
}

function withWrongBytes(body: Buffer, random: Random): Buffer {
  for (let left = 1 + random.int(30); left > 0 && body.length > 0; left -= 1)
    body[random.int(body.length)] = random.int(256);
  const [from, length] = [random.int(body.length + 1), random.int(40)];
  if (random.chance(3)) return Buffer.concat([body.subarray(0, from), body.subarray(from + length)]);
  if (random.chance(3)) return Buffer.concat([body.subarray(0, from + length), body.subarray(from)]);
  return body;
}
