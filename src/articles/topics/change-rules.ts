import { z } from 'zod';
import { DomainError, Invalid, NotFound } from '../../kernel/errors.ts';
import { oneLine } from '../../kernel/one-line.ts';
import { type ApplyingNeeds, applyRules } from './apply-rules.ts';
import { keyOf, type Name, slugOf } from './names.ts';
import { headed } from './read-names.ts';
import type { TopicPageStore } from './topic-page-store.ts';

export type RuleNeeds = ApplyingNeeds & { topicPages: TopicPageStore };

export const ruleForm = z.object({
  kind: z.enum(['category', 'section'], 'must be category or section'),
  name: oneLine(200),
  does: z.enum(['map', 'make', 'ignore'], 'must be map, make or ignore'),
  topic: z.string('must be text'),
});

type RuleInput = z.output<typeof ruleForm>;

class RuleExists extends DomainError {
  constructor() {
    super('rule-exists', 'conflict', 'There is a rule for this name already. Remove that one first.');
  }
}

/**
 * From now on, and for the articles of the last 30 days, names like this are that topic, or none.
 * @throws Invalid; RuleExists
 */
export async function addRule(sourceId: number, { kind, name, does, topic }: RuleInput, needs: RuleNeeds) {
  const key = keyOf(
    kind === 'section'
      ? name
          .split('/')
          .map((part) => part.trim())
          .filter(Boolean)
          .join('/')
      : name,
  );
  if (key === '') throw new Invalid([{ field: 'name', message: 'must hold a letter, a digit or a *' }]);
  const slug = does === 'ignore' ? undefined : await topicFor(does, { kind, name, key }, topic, needs);
  const topicId = slug ? ((await needs.topics.idsOf([slug])).get(slug) ?? null) : null;
  const id = await needs.topicPages.addRule({ sourceId, kind, name, key, topicId }, needs.clock.now());
  if (id === undefined) throw new RuleExists();
  const articles = await applyRules(sourceId, [], needs);
  return { id, after: { kind, name, topic: slug ?? null, articles } };
}

/** The slug of the topic a rule leads to. @throws Invalid */
async function topicFor(does: 'map' | 'make', rule: Name, typed: string, { topics }: RuleNeeds): Promise<string> {
  if (does === 'map') {
    const [known] = await topics.known([typed.trim().toLowerCase()], [keyOf(typed)]);
    if (known) return known.slug;
    const message = typed.trim()
      ? 'is not there yet. Choose one from the list, or make a topic of it.'
      : 'must be named, unless the name is to be ignored';
    throw new Invalid([{ field: 'topic', message }]);
  }
  // `news/local` is about what is local.
  const name =
    typed.trim() || (rule.kind === 'section' ? (rule.name.split('/').filter(Boolean).at(-1) ?? '') : rule.name);
  const slug = slugOf(name);
  if (name.includes('*') || slug === '') {
    throw new Invalid([{ field: 'topic', message: 'needs a name for the topic that is to be made' }]);
  }
  await topics.make([{ slug, name: headed(name.trim()), nameKey: keyOf(name) }]);
  return slug;
}

/** Its names are read as if it had never been there, and listed again. @throws NotFound */
export async function removeRule(id: number, needs: RuleNeeds) {
  const rule = await needs.topicPages.removeRule(id);
  if (!rule) throw new NotFound('rule');
  const { sourceId, kind, name, key } = rule;
  const written = key.includes('*') ? [] : [{ kind, name, key }];
  const articles = await applyRules(sourceId, written, needs);
  return { sourceId, before: { kind, name }, after: { articles } };
}

/** Whether a category nobody knows becomes a topic of its own. */
export async function makeTopicsOf(sourceId: number, makes: boolean, needs: RuleNeeds): Promise<void> {
  await needs.topicPages.makeTopics(sourceId, makes);
  await applyRules(sourceId, [], needs);
}
