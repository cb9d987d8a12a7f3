const NAMED: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', hellip: '...', ndash: '-', mdash: '-' },
  ...{ lsquo: "'", rsquo: "'", sbquo: "'", ldquo: "'", rdquo: "'", bdquo: "'", laquo: "'", raquo: "'" },
};
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi;
const LAST_CODE = 0x10ffff;

function decoded(text: string): string {
  return text.replace(ENTITY, (entity, decimal?: string, hex?: string, name?: string) => {
    if (name) return NAMED[name.toLowerCase()] ?? entity;
    const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    return code > 0 && code <= LAST_CODE ? String.fromCodePoint(code) : entity;
  });
}

const UNSEEN = /[\p{Cf}\p{Cc}\s]|[\uFE00-\uFE0F]/gu;
const QUOTES = /["'`´‘’‚‛“”„‟«»‹›′″ʼ]+/g;
const DASHES = /[‐‑‒–—―−﹘⸺-]+/g;

/** What is left of a text when how it is set does not count: blanks, quotes, dashes, capitals, entities. */
export const bareWords = (text: string): string =>
  // Twice: what was escaped once too often.
  decoded(decoded(text)).normalize('NFKC').toLowerCase().replace(UNSEEN, '').replace(QUOTES, "'").replace(DASHES, '-');

export const sameWords = (a: string | null | undefined, b: string | null | undefined): boolean =>
  (a ?? '') === (b ?? '') || bareWords(a ?? '') === bareWords(b ?? '');
