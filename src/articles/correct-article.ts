import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { NotFound } from '../kernel/errors.ts';
import { articleInput } from './article.ts';
import type { CorrectionStore } from './correction-store.ts';
import type { TopicStore } from './topics/topic-store.ts';

interface Needs {
  corrections: CorrectionStore;
  topics: Pick<TopicStore, 'idsFor'>;
  clock: Clock;
}

const { headline, standfirst, byline, topics, image_url, image_alt, correction_note, publish_after } =
  articleInput.shape;

/** As for a new article, but everything may be left out; null takes away what need not be there. */
export const correctionInput = z.strictObject(
  {
    headline: headline.optional(),
    standfirst,
    byline,
    topics,
    image_url,
    image_alt,
    correction_note,
    publish_after,
    /** false brings back what was withdrawn. */
    withdrawn: z.boolean('must be true or false').optional(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `has fields nobody knows: ${issue.keys.join(', ')}` : 'must be an object',
  },
);

type CorrectionInput = z.output<typeof correctionInput>;

const NOTHING: CorrectionInput = {
  ...{ standfirst: '', byline: '', topics: [], image_url: '', image_alt: '', correction_note: '' },
  publish_after: '',
};

/** In a new article null means nothing was said; here it takes away what is there. */
export const withCleared = (input: CorrectionInput, body: unknown): CorrectionInput => ({
  ...input,
  ...Object.fromEntries(Object.entries(NOTHING).filter(([field]) => (body as Record<string, unknown>)[field] === null)),
});

export interface CorrectedArticle {
  /** `changed` is what no reader is told anew: a topic, an image. */
  outcome: 'revised' | 'changed' | 'unchanged';
  before: object;
  after: object;
}

/**
 * Puts an article right. One from a feed stays so until the feed itself says something new; topics given here stay for good.
 * @throws NotFound
 */
export async function correctArticle(
  id: number,
  { topics: slugs, publish_after, ...words }: CorrectionInput,
  { corrections, topics, clock }: Needs,
): Promise<CorrectedArticle> {
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
  const topicIds = slugs && { topic_ids: [...(await topics.idsFor(slugs)).values()].sort((a, b) => a - b) };
  const embargo = publish_after !== undefined && { publish_after: publish_after || null };
  const corrected = await corrections.correct(id, { ...given, ...topicIds, ...embargo }, clock.now());
  if (!corrected) throw new NotFound('article');
  const { revised, before, after } = corrected;
  const changed = Object.keys(after).length > 0;
  return { outcome: revised ? 'revised' : changed ? 'changed' : 'unchanged', before, after };
}
