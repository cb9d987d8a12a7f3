/** More than a mail of ours holds, so that a mail made of nothing else costs nothing. */
const MOST_PLACES = 50;
/** Characters a token has before its mark: numbers in base 36, as base64url. */
const LONGEST_BODY = 80;

const MARKED = /(?:([\w-]+)~)?([\w-]{4,})~([\w-]{22})/g;
/** Characters of the number of its secret, which stands in front of tokens made since secrets can be changed. */
const LONGEST_KEY_ID = 6;

/**
 * The token somewhere in a text: a mail program may have folded it, put `Re:` before it, encoded its mark, or run it
 * into the word in front.
 * @param opens whether a text is a token
 */
export function findToken(text: string, opens: (token: string) => boolean): string | undefined {
  const plain = text.replace(/%7e/gi, '~');
  for (const form of [plain, plain.replace(/[\s\u200b\u00ad]+/g, '')]) {
    for (const [, id, before = '', mac = ''] of [...form.matchAll(MARKED)].slice(0, MOST_PLACES)) {
      const heads = id === undefined ? ends(before.slice(-LONGEST_BODY), 4) : withId(id, before);
      const token = heads.map((head) => `${head}~${mac}`).find(opens);
      if (token) return token;
    }
  }
  return undefined;
}

const withId = (id: string, body: string): string[] =>
  ends(id.slice(-LONGEST_KEY_ID), 1).map((end) => `${end}~${body}`);

/** The text and what is left of it without its first characters, down to `least`. */
const ends = (text: string, least: number): string[] =>
  Array.from({ length: Math.max(0, text.length - least + 1) }, (_, from) => text.slice(from));
