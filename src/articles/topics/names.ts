import { createHash } from 'node:crypto';
import type { FeedItem } from '../feeds/feed-item.ts';
import { sectionOf } from './section-of.ts';

const SLUG_LIMIT = 63;
const KEY_LIMIT = 200;
const CATEGORIES_LIMIT = 20;

/** One name of a subject, as a source gives it: in a category or tag, or in the path of an address. */
export interface Name {
  kind: 'category' | 'section';
  name: string;
  /** As it is compared. */
  key: string;
}

/** Names are the same whatever their case, accents and blanks. */
export const keyOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, KEY_LIMIT)
    .toWellFormed();

/** Letters that are no plain ones with a mark. */
const PLAIN: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** A name in a script that has no plain letters gets a slug nobody reads; the topic's name is what is shown. */
export function slugOf(name: string): string {
  const key = keyOf(name).replace(/[ßæœøłđðþı]/g, (letter) => PLAIN[letter] ?? '');
  const plain = key
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, SLUG_LIMIT)
    .replace(/-+$/, '');
  const lost = /[^\p{ASCII}\p{P}\p{S}\p{Z}]/u.test(key);
  if (plain && !lost) return plain;
  return /[\p{L}\p{N}]/u.test(key) ? `topic-${createHash('sha256').update(key).digest('hex').slice(0, 10)}` : '';
}

/** What an item is about in its source's own words, each once. */
export function namesOf({ topics, url }: Pick<FeedItem, 'topics' | 'url'>): Name[] {
  const categories = topics.slice(0, CATEGORIES_LIMIT).map((name) => named('category', name));
  const names = [...categories, named('section', sectionOf(url))].filter(({ key }) => key !== '');
  return [...new Map(names.map((name) => [labelOf(name), name])).values()];
}

/** In a rule `*` stands for anything: a source must not be able to name itself so. */
function named(kind: Name['kind'], said: string): Name {
  const name = said.replace(/\*+/g, ' ').trim();
  return { kind, name, key: keyOf(name) };
}

/** As an article keeps it. */
export const labelOf = ({ kind, key }: Omit<Name, 'name'>): string => `${kind}:${key}`;

export function nameIn(label: string): Name {
  const [kind = ''] = label.split(':', 1);
  const key = label.slice(kind.length + 1);
  return { kind: kind === 'section' ? 'section' : 'category', key, name: key };
}
