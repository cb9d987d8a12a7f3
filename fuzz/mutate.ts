import { addresses, bombs, dates, doctype, fragments } from './hostile.ts';
import type { Random } from './random.ts';

/** One way to break a text; `other` is a second document to take parts from. */
export type Mutation = (text: string, random: Random, other: string) => string;

const TAG = /<[^<>]{1,400}>/g;
const VALUE = /(?<==\s?)(?:"[^"<>]{0,300}"|'[^'<>]{0,300}')/g;
const ADDRESS = /(?:https?:)?\/\/[^\s"'<>]{1,300}/g;
const DATE = /\d{4}-\d\d-\d\d[\dT:+.Z-]*|\w{3}, \d{1,2} \w{3} \d{4} [\d:]+ \S+/g;
const WORDS = /(?<=>)[^<>]{2,400}(?=<)|(?<=": ?")[^"]{1,300}(?=")/g;
const ITEM = /<(item|entry)\b[\s\S]{0,5000}?<\/\1>|\{[^{}]{1,3000}\}/g;
const NAME = /(?<=<\/?)[a-z][\w:.-]{0,40}/gi;
const LONGEST = 400_000;

type Place = { index: number; text: string };

function placesOf(text: string, pattern: RegExp): Place[] {
  return Array.from(text.matchAll(pattern).take(500), ({ index, 0: found }) => ({ index, text: found }));
}

const replaced = (text: string, { index, text: old }: Place, by: string) =>
  text.slice(0, index) + by + text.slice(index + old.length);

/** Where the pattern fits nowhere, anywhere will do. */
function at(pattern: RegExp, change: (found: string, random: Random, other: string) => string): Mutation {
  return (text, random, other) => {
    const places = placesOf(text, pattern);
    const place = places.length > 0 ? random.pick(places) : { index: random.int(text.length + 1), text: '' };
    return replaced(text, place, change(place.text, random, other));
  };
}

const somewhere = (insert: (random: Random, other: string) => string): Mutation =>
  at(/(?=.)^$/g, (_, random, other) => insert(random, other));

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function slice(text: string, random: Random, most = 2000): string {
  const from = random.int(text.length + 1);
  return text.slice(from, from + random.int(most));
}

export const mutations: readonly Mutation[] = [
  // Structure: tags, attributes, items.
  at(TAG, () => ''),
  at(TAG, (tag) => tag + tag),
  at(TAG, (tag) => tag.slice(0, -1)),
  at(TAG, (tag) => tag.replace(/["']/g, '')),
  at(TAG, (tag, random) =>
    tag.replace(
      /\/?>$/,
      ` ${random.pick(['xml:base', 'href', 'type', 'rel', 'content', 'lang'])}="${random.pick(addresses)}"$&`,
    ),
  ),
  at(TAG, (tag) => tag.toUpperCase()),
  at(NAME, (_, random) =>
    random.pick([
      'title',
      'link',
      'item',
      'entry',
      'rss',
      'feed',
      'meta',
      'script',
      'media:content',
      'x:y',
      'content:encoded',
    ]),
  ),
  (text, random) => {
    const tags = placesOf(text, TAG);
    if (tags.length < 2) return text;
    const [one, two] = [random.pick(tags), random.pick(tags)].toSorted((a, b) => a.index - b.index) as [Place, Place];
    return replaced(replaced(text, two, one.text), one, two.text);
  },
  at(ITEM, () => ''),
  at(ITEM, (item, random) => item.repeat(1 + random.int(60))),
  at(VALUE, (_, random) => `"${random.pick(fragments)}"`),
  at(VALUE, (_, random) => `"${random.pick(addresses)}"`),
  at(ADDRESS, (_, random) => random.pick(addresses)),
  at(DATE, (_, random) => random.pick(dates)),
  // Words: hostile ones, escaped twice or not at all, in CDATA.
  at(WORDS, (_, random) => random.pick(fragments).repeat(1 + random.int(3))),
  at(WORDS, (words, random) => words.slice(0, random.int(words.length)) + random.pick(fragments) + words),
  at(WORDS, escaped),
  at(WORDS, (words) => escaped(escaped(`<p>${words}</p>`))),
  at(WORDS, (words) => `<![CDATA[${words}<script>x</script>]]>`),
  at(WORDS, (_, random) => random.pick(dates)),
  at(WORDS, (words, random) => (words || 'x').repeat(1 + random.int(200))),
  somewhere((random) => random.pick(fragments)),
  somewhere((random) => random.pick(fragments) + random.pick(fragments)),
  somewhere((random, other) => slice(other, random)),
  // Bombs, and what they are lit with.
  somewhere((random) => random.pick(bombs)(10 ** (1 + random.int(4)))),
  (text, random) =>
    text
      .replace(/^\s*(<\?xml[^>]*\?>)?/, (head) => head + doctype(random.chance(2)))
      .replace(/(<title>)/i, '$1&lol9;&xxe;'),
  // Lengths: cut, joined, begun in the middle.
  (text, random) => text.slice(0, random.int(text.length)),
  (text, random) => text.slice(random.int(Math.min(text.length, 400))),
  (text, random) => text.replace(slice(text, random), ''),
  (text, random, other) => text.slice(0, random.int(text.length)) + other.slice(random.int(other.length)),
  // JSON, also where it stands in a page.
  at(/"(?:[^"\\]|\\.){0,200}"(?=\s*:)/g, (_, random) =>
    random.pick([
      '"url"',
      '"title"',
      '"headline"',
      '"@type"',
      '"@graph"',
      '"items"',
      '"__proto__"',
      '"datePublished"',
      '"author"',
    ]),
  ),
  at(/(?<=:\s?)(?:"(?:[^"\\]|\\.){0,200}"|\d+|true|null)/g, (value, random) =>
    random.pick([
      'null',
      '[]',
      '{}',
      '1e999',
      '-1',
      'true',
      '""',
      `[${value}]`,
      `{"name":${value}}`,
      `{"@value":${value}}`,
      JSON.stringify(random.pick(fragments)),
      '"\\ud800"',
      '"\\u0000"',
    ]),
  ),
];

/** Broken once to six times, mostly once or twice. */
export function mutate(text: string, random: Random, other: string): string {
  let broken = text;
  do broken = random.pick(mutations)(broken, random, other).slice(0, LONGEST);
  while (random.int(100) < 55 && broken.length < LONGEST);
  return broken;
}
