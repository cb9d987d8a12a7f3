import { keyOf, type Name, slugOf } from './names.ts';
import { upwards } from './section-of.ts';

/** How one source's names are to be read. */
export interface Rule {
  kind: Name['kind'];
  /** May hold `*`, which stands for anything. */
  key: string;
  /** A topic's slug; null when names like this are to be ignored. */
  topic: string | null;
}

/** Topics there are, by slug and by the key of their name. */
export interface Known {
  slug: string;
  name: string;
  nameKey: string;
}

export interface Reading {
  rules: Rule[];
  known: Known[];
  /** Whether a category nobody knows becomes a topic. Sections never do: a site's paths are not its subjects. */
  makesTopics: boolean;
}

/** What a name comes to. Without a rule it is the topic of the same slug or name, where there is one. */
export interface Resolved {
  /** undefined when it stands for no topic. */
  topic?: string | undefined;
  /** The name of a topic that has to be made first. */
  made?: string;
  /** No rule knows it. */
  unmapped: boolean;
}

export function resolver({ rules, known, makesTopics }: Reading): (name: Name) => Resolved {
  const find = ruleFinder(rules);
  const bySlug = new Set(known.map(({ slug }) => slug));
  const byKey = new Map(known.toReversed().map(({ slug, nameKey }) => [nameKey, slug]));
  const same = (text: string): string | undefined => {
    const slug = slugOf(text);
    return bySlug.has(slug) ? slug : byKey.get(keyOf(text));
  };
  return (name) => {
    const rule = candidatesOf(name).reduce<Rule | undefined>((found, key) => found ?? find(name.kind, key), undefined);
    if (rule) return { topic: rule.topic ?? undefined, unmapped: false };
    const topic = namesakesOf(name).map(same).find(Boolean);
    if (topic || name.kind === 'section' || !makesTopics) return { topic, unmapped: true };
    const slug = slugOf(name.name);
    return slug ? { topic: slug, made: name.name, unmapped: true } : { unmapped: true };
  };
}

/** Everything a name could match as a slug or as a topic's name. */
export const namesakesOf = ({ kind, key }: Name): string[] =>
  kind === 'section' ? key.split('/').toReversed() : [key];

/** A rule for a section holds for those below it, unless they have their own. */
const candidatesOf = ({ kind, key }: Name): string[] => (kind === 'section' ? upwards(key) : [key]);

/** A whole name comes before a pattern, and a longer pattern before a shorter one. */
function ruleFinder(rules: Rule[]) {
  const whole = new Map(rules.map((rule) => [`${rule.kind}:${rule.key}`, rule]));
  const patterns = rules.filter(({ key }) => key.includes('*')).toSorted((a, b) => b.key.length - a.key.length);
  return (kind: Name['kind'], key: string): Rule | undefined =>
    whole.get(`${kind}:${key}`) ?? patterns.find((rule) => rule.kind === kind && fits(rule.key, key));
}

/** Each part at the first place it fits: a regular expression would try them all, for seconds with a few `*`. */
function fits(pattern: string, key: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop() ?? '';
  if (!key.startsWith(head) || !key.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = key.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + tail.length <= key.length;
}
