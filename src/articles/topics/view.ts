import { labelOf } from './names.ts';
import { lookUpNames, type ReadingNeeds } from './read-names.ts';
import type { TopicPageStore } from './topic-page-store.ts';

type Needs = ReadingNeeds & { topicPages: Pick<TopicPageStore, 'unmapped'> };

/** The names of a source no rule knows, with what they stand for meanwhile; looking makes no topics. */
export async function namesOfSource(sourceId: number, limit: number, needs: Needs) {
  const names = await needs.topicPages.unmapped(sourceId, limit);
  const { found, called, makesTopics } = await lookUpNames(names, sourceId, needs);
  const listed = names.map(({ lastSeenAt, ...name }) => ({
    ...name,
    lastSeenAt: lastSeenAt.toISOString(),
    topic: called.get(found.get(labelOf(name))?.topic ?? '') ?? null,
  }));
  return { listed, makesTopics };
}
