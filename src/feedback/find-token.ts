/** More than a mail of ours holds, so that a mail made of nothing else costs nothing. */
const MOST_PLACES = 50;
/** Characters a token has before its mark: numbers in base 36, as base64url. */
const LONGEST_BODY = 80;

const MARKED = /([\w-]{4,})~([\w-]{22})/g;

/**
 * The token somewhere in a text: a mail program may have folded it, put `Re:` before it, encoded its mark, or run it
 * into the word in front.
 * @param opens whether a text is a token
 */
export function findToken(text: string, opens: (token: string) => boolean): string | undefined {
  const plain = text.replace(/%7e/gi, '~');
  for (const form of [plain, plain.replace(/[\s\u200b\u00ad]+/g, '')]) {
    for (const [, before = '', mac = ''] of [...form.matchAll(MARKED)].slice(0, MOST_PLACES)) {
      const body = before.slice(-LONGEST_BODY);
      for (let from = 0; from <= body.length - 4; from += 1) {
        const token = `${body.slice(from)}~${mac}`;
        if (opens(token)) return token;
      }
    }
  }
  return undefined;
}
