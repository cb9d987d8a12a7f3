const TOKEN = /\p{N}+(?:[.,:–-]\p{N}+)*|\p{L}[\p{L}\p{M}]*/gu;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+$/u;

export function* tokensOf(text: string): Iterable<string> {
  for (const [token] of folded(text).matchAll(TOKEN)) {
    if (!UNSPACED.test(token) || token.length < 3) yield token;
    else for (let i = 0; i + 1 < token.length; i += 1) yield token.slice(i, i + 2);
  }
}

/** 14 000, 14,000 and 14.000 are one number; so are l’eau and l'eau one word with an article before it. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=\p{N})[\s,.](?=\p{N}{3}(?!\p{N}))/gu, '')
    .replace(/(?<=\p{L})[’'ʼ](?=\p{L})/gu, (_, at: number, whole: string) =>
      /\p{Script=Cyrillic}/u.test(whole[at - 1] ?? '') ? '' : ' ',
    );
}
