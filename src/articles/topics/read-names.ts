import { keyOf, labelOf, type Name, slugOf } from './names.ts';
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

/** What these names come to by the rules of their source, by label; topics that are missing are made. */
export async function readNames(names: Name[], sourceId: number, needs: ReadingNeeds): Promise<Map<string, Resolved>> {
  const { found } = await lookUpNames(names, sourceId, needs);
  const missing = new Map<string, string>();
  for (const [label, { topic, made }] of found) {
    if (!topic || !made || missing.has(topic)) continue;
    if (missing.size < MADE_AT_ONCE) missing.set(topic, made);
    else found.set(label, { unmapped: true });
  }
  await needs.topics.make([...missing].map(([slug, name]) => ({ slug, name: headed(name), nameKey: keyOf(name) })));
  return found;
}

/** The same without making anything: `called` has the names of the topics there are, by slug. */
export async function lookUpNames(names: Name[], sourceId: number, { topics, topicRules }: ReadingNeeds) {
  const namesakes = [...new Set(names.flatMap(namesakesOf))];
  const [{ rules, makesTopics }, known] = await Promise.all([
    topicRules.ofSource(sourceId),
    topics.known(namesakes.map(slugOf).filter(Boolean), namesakes),
  ]);
  const resolve = resolver({ rules, known, makesTopics });
  return {
    found: new Map(names.map((name) => [labelOf(name), resolve(name)])),
    called: new Map(known.map(({ slug, name }) => [slug, name])),
    makesTopics,
  };
}

/** Tags are often written small; a topic stands at the head of a section. */
export const headed = (name: string): string =>
  (name.charAt(0).toUpperCase() + name.slice(1, NAME_LIMIT)).toWellFormed();
