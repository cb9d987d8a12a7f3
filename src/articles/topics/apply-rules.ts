import type { Clock } from '../../kernel/clock.ts';
import { labelOf, nameIn } from './names.ts';
import { type ReadingNeeds, readNames } from './read-names.ts';
import type { TopicStore } from './topic-store.ts';

type Needs = ReadingNeeds & { topics: Pick<TopicStore, 'idsOf'>; clock: Clock };

const DAY_MS = 86_400_000;
/** Older articles are in no digest any more. */
const DAYS_BACK = 30;

/** Reads the names of a source's latest articles again, by its rules of now. @returns how many got other topics */
export async function applyRules(sourceId: number, needs: Needs): Promise<number> {
  const { topicRules, topics, clock } = needs;
  const since = new Date(clock.now().getTime() - DAYS_BACK * DAY_MS);
  const sets = await topicRules.labelSets(sourceId, since);
  const names = [...new Set(sets.flat())].map(nameIn);
  const found = await readNames(names, sourceId, needs);
  const topicOf = (label: string) => found.get(label)?.topic;
  const ids = await topics.idsOf([...new Set(names.flatMap((name) => topicOf(labelOf(name)) ?? []))]);
  return topicRules.move(
    sourceId,
    since,
    sets.map((labels) => {
      const own = labels.flatMap((label) => ids.get(topicOf(label) ?? '') ?? []);
      return { labels, topic_ids: [...new Set(own)].sort((a, b) => a - b) };
    }),
  );
}
