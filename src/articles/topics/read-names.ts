import { keyOf, type Name, slugOf } from './names.ts';
import { namesakesOf, type Resolved, resolver } from './resolve.ts';
import type { TopicRuleStore } from './rule-store.ts';
import type { TopicStore } from './topic-store.ts';

export interface ReadingNeeds {
  topics: Pick<TopicStore, 'known' | 'make'>;
  topicRules: TopicRuleStore;
}

/** A source that makes up its categories makes no more topics than this at once. */
const MADE_AT_ONCE = 200;
const NAME_LIMIT = 100;

/** What these names come to by the rules of their source; topics that are missing are made. */
export async function readNames(names: Name[], sourceId: number, { topics, topicRules }: ReadingNeeds) {
  const namesakes = [...new Set(names.flatMap(namesakesOf))];
  const [{ rules, makesTopics }, known] = await Promise.all([
    topicRules.ofSource(sourceId),
    topics.known(namesakes.map(slugOf).filter(Boolean), namesakes),
  ]);
  const resolve = resolver({ rules, known, makesTopics });
  const made = new Map<string, string>();
  const read = (name: Name): Resolved => {
    const resolved = resolve(name);
    if (!resolved.topic || !resolved.made || made.has(resolved.topic)) return resolved;
    if (made.size === MADE_AT_ONCE) return { unmapped: true };
    made.set(resolved.topic, resolved.made);
    return resolved;
  };
  const found = new Map(names.map((name) => [`${name.kind}:${name.key}`, read(name)]));
  await topics.make([...made].map(([slug, name]) => ({ slug, name: shown(name), nameKey: keyOf(name) })));
  return found;
}

/** Tags are often written small; a topic stands at the head of a section. */
const shown = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1, NAME_LIMIT)).toWellFormed();
