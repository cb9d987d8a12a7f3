import { z } from 'zod';
import { DomainError, NotFound } from '../../kernel/errors.ts';
import { oneLine } from '../../kernel/one-line.ts';
import { keyOf } from './names.ts';
import type { TopicPageStore } from './topic-page-store.ts';
import type { TopicStore } from './topic-store.ts';

interface Needs {
  topics: Pick<TopicStore, 'known'>;
  topicPages: Pick<TopicPageStore, 'topic' | 'rename'>;
}

export const topicForm = z.object({ name: oneLine(100) });

class NameTaken extends DomainError {
  constructor() {
    super('name-taken', 'conflict', 'Another topic is called so already: readers could not tell them apart.');
  }
}

/** Its slug stays, so that forms, programs and what readers chose still mean it. @throws NotFound; NameTaken */
export async function renameTopic(id: number, name: string, { topics, topicPages }: Needs) {
  const topic = await topicPages.topic(id);
  if (!topic) throw new NotFound('topic');
  const namesakes = await topics.known([], [keyOf(name)]);
  if (namesakes.some(({ slug }) => slug !== topic.slug)) throw new NameTaken();
  if (name !== topic.name) await topicPages.rename(id, name, keyOf(name));
  return { before: { name: topic.name }, after: { name } };
}
