import type { Clock } from '../../kernel/clock.ts';
import { labelOf, type Name, nameIn } from './names.ts';
import { type ReadingNeeds, readNames } from './read-names.ts';
import type { TopicStore } from './topic-store.ts';

export type ApplyingNeeds = ReadingNeeds & { topics: Pick<TopicStore, 'idsOf'>; clock: Clock };

const DAY_MS = 86_400_000;
/** Older articles are in no digest any more. */
const DAYS_BACK = 30;

/**
 * Reads the names of a source's latest articles again, by its rules of now, and lists those no rule knows.
 * @param written names as they were written, where more than their keys is known of them
 * @returns how many articles got other topics
 */
export async function applyRules(sourceId: number, written: Name[], needs: ApplyingNeeds): Promise<number> {
  const { topicRules, topics, clock } = needs;
  const since = new Date(clock.now().getTime() - DAYS_BACK * DAY_MS);
  const [sets, listed] = await Promise.all([topicRules.labelSets(sourceId, since), topicRules.listed(sourceId)]);
  const names = new Map([...sets.flat().map(nameIn), ...written, ...listed].map((name) => [labelOf(name), name]));
  const found = await readNames([...names.values()], sourceId, needs);
  const topicOf = (label: string) => found.get(label)?.topic ?? '';
  const ids = await topics.idsOf([...new Set([...found.values()].flatMap(({ topic }) => topic ?? []))]);
  const moved = await topicRules.move(
    sourceId,
    since,
    sets.map((labels) => {
      const own = labels.flatMap((label) => ids.get(topicOf(label)) ?? []);
      return { labels, topic_ids: [...new Set(own)].sort((a, b) => a - b) };
    }),
  );
  const isUnmapped = (name: Name) => found.get(labelOf(name))?.unmapped;
  await topicRules.forget(
    sourceId,
    listed.filter((name) => !isUnmapped(name)),
  );
  await topicRules.relist(sourceId, since, [...names.values()].filter(isUnmapped));
  return moved;
}
