import { cleanLine, plainText } from '../text/clean.ts';
import { truncate } from '../text/truncate.ts';

const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}/;
const EMAILS = new RegExp(EMAIL, 'g');
const IN_MARKS = /<[^<>]{0,200}@[^<>]{0,200}>|\[[^[\]]{0,200}@[^[\]]{0,200}\]/g;
const NOBODY = /^(unknown|author unknown|null|undefined|none|n\/a|nobody|no ?reply)$/i;
const AUTHORS_LIMIT = 20;
const LENGTH = 1000;

/** Names only, each once: "jane@post.example (Jane Doe)" and "By Jane Doe" are Jane Doe. */
export function bylineOf(authors: string[]): string | undefined {
  const names = eachOnce(authors.slice(0, AUTHORS_LIMIT).flatMap(namesIn));
  return truncate(cleanLine(names.join(', '))) || undefined;
}

/** As each is first written, capitals or not, without empty ones. */
export const eachOnce = (names: string[]): string[] =>
  [...Map.groupBy(names, (name) => name.toLowerCase()).values()].flatMap(([first]) => first || []);

function namesIn(said: string): string[] {
  const line = plainText(said.slice(0, LENGTH).replace(IN_MARKS, ' nobody@nowhere ')).replace(/\bmailto:/gi, '');
  if (!EMAIL.test(line)) return [bare(line)];
  return line.split(/\s*[,;]\s*|\s+(?:and|&)\s+/).map(nameBeside);
}

/** RFC 822 has the name in brackets after the address, or the address in brackets after the name. */
function nameBeside(person: string): string {
  const bracketed = /\(([^()]*)\)/.exec(person)?.[1]?.replace(EMAILS, '').trim();
  return bare(bracketed || person.replace(/\([^()]*\)/g, '').replace(EMAILS, ''));
}

function bare(name: string): string {
  const trimmed = name
    .trim()
    .replace(/^by(?:\s+|:\s*)(?=\S)/i, '')
    .replace(/^["'“‘<(\s–-]+(?=\S)|["'”’>\s,;:–-]+$/g, '')
    // Half of a pair; `Jane Doe (Kyiv)` has both.
    .replace(/^([^()]*)\)$/, '$1');
  return /^https?:\/\//i.test(trimmed) || NOBODY.test(trimmed) ? '' : cleanLine(trimmed);
}
