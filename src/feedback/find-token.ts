/** More than a mail of ours holds, so that a mail made of nothing else costs nothing. */
const MOST_PLACES = 50;
/** Characters a token has before its mark: numbers in base 36, as base64url. */
const LONGEST_BODY = 80;
/** A body, the mark in front of it, and more than the number of a secret. */
const LONGEST_HEAD = LONGEST_BODY + 20;

/** Where a token may end. What stands in front is looked at from here, so that a long text of letters is read once. */
const MARKS = /~(?=([\w-]{22}))/g;
const BEFORE = /(?:([\w-]+)~)?([\w-]{4,})$/;
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
    for (const { index, 1: mac } of form.matchAll(MARKS).take(MOST_PLACES)) {
      const [, id, body] = BEFORE.exec(form.slice(Math.max(0, index - LONGEST_HEAD), index)) ?? [];
      if (body === undefined) continue;
      const heads = id === undefined ? ends(body.slice(-LONGEST_BODY), 4) : withId(id, body);
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
