import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Kind = 'feeds' | 'pages' | 'text';

export interface Seed {
  kind: Kind;
  name: string;
  /** Byte for byte. */
  body: Buffer;
}

const root = path.join(import.meta.dirname, '..');
// What stands beside a document says where it came from, or what is expected of it.
const BESIDE = /(\.(url|zone|md)|expected[^/]*\.json)$/;
const LARGEST = 200_000;

/** What documents are made from: our own few, and the corpus of the tests. In the same order everywhere. */
export function findSeeds(): Seed[] {
  const kinds = ['feeds', 'pages'] as const;
  const found = kinds.flatMap((kind) =>
    [`fuzz/seeds/${kind}/**/*.*`, `test/corpus/${kind}/**/*.*`]
      .flatMap((pattern) => globSync(pattern, { cwd: root }).sort())
      .filter((name) => !BESIDE.test(name))
      .map((name) => ({ kind, name, body: readFileSync(path.join(root, name)) }))
      .filter(({ body }) => body.length > 0 && body.length <= LARGEST),
  );
  return [...found, ...texts.map((text, n) => ({ kind: 'text' as const, name: `text ${n}`, body: Buffer.from(text) }))];
}

const texts = [
  '<p>Pilots <a href="https://e.example/?a=1&amp;b=2">voted</a> on&nbsp;Tuesday &#8211; “calm”. [&hellip;]</p>',
  'می‌خواهم این متن را بخوانم؟ العَرَبِيَّةُ الفُصْحَىٰ. שָׁלוֹם',
  'क्‍षेत्र र‍्याब ශ්‍රී ಕನ್‌ನಡ བསྒྲུབས ภาษาไทย 新聞。見出し！뉴스',
  '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 👍🏽 🇺🇦 1️⃣ ❤️‍🔥 <b>bold</b> &lt;script&gt;alert(1)&lt;/script&gt;',
  'Dr. Smith of the U.S. Navy met Mr. Jones. They agreed. z. B. am 3. Oktober usw. '.repeat(6),
];
