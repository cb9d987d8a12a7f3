const DEPTH = 3;
const LONGEST = 40;
/** Parts of a path that say how a site is built, not what it writes about. */
const BUILT = /^(articles?|stor(y|ies)|posts?|blog|archives?|p|content|node|item|index\.php|amp|wp-content)$/i;
const INDEX = /^(index|default)\.\w{2,5}$/i;
/** Years, days, and what reads like a headline. */
const NO_SECTION = /^\d+$|\d{4}|\.\w{2,5}$|(-[^-]+){4}/;

/** `news/local` of `https://post.example/news/local/2026/05/ferry-strike`; '' when the path names none. */
export function sectionOf(url: string): string {
  const parts = (URL.parse(url)?.pathname ?? '').split('/').filter(Boolean).map(decoded);
  if (INDEX.test(parts.at(-1) ?? '')) parts.pop();
  // The last part is the article itself.
  const path = parts.slice(0, -1).filter((part) => !BUILT.test(part));
  const end = path.findIndex((part) => part.length > LONGEST || NO_SECTION.test(part));
  return path.slice(0, end < 0 ? DEPTH : Math.min(end, DEPTH)).join('/');
}

/** A section with those above it, the nearest first. */
export const upwards = (section: string): string[] => {
  const parts = section.split('/');
  return parts.map((_, n) => parts.slice(0, parts.length - n).join('/'));
};

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
      .replace(/[\p{Cc}\p{Cf}/]/gu, ' ')
      .trim();
  } catch {
    return part;
  }
}
