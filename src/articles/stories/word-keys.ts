import { isNumber, type Telling } from './telling.ts';

/** So many words of an article lead to it, those of the headline first. The work for each article is bounded by it. */
const KEYS = 16;
/** Words that weigh less stand in too many articles to lead anywhere. */
const LEADS = 0.9;

/** The words under which an article is found, each as a number. */
export function wordKeys({ words }: Telling): Map<string, number> {
  const leading = [...words].filter(([word, weight]) => weight >= LEADS && !(isNumber(word) && word.length < 2));
  return new Map(leading.slice(0, KEYS).map(([word]) => [word, keyOf(word)]));
}

/** FNV-1a, 32 bits. Two words that meet only make one more candidate: words are compared themselves. */
function keyOf(word: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(word)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0;
}
