import type { Clock } from '../../kernel/clock.ts';
import type { ArticleInput } from '../article.ts';
import { canonicalUrl } from '../canonical-url.ts';
import type { FeedItem } from '../feeds/feed-item.ts';
import { labelOf, namesOf } from './names.ts';
import { type ReadingNeeds, readNames } from './read-names.ts';

type Needs = ReadingNeeds & { clock: Clock };

const TOPICS_LIMIT = 20;

/**
 * What a source says, as articles: its categories and the sections in its addresses become topics by its rules. Names
 * without a rule are written down for an editor to see.
 */
export async function inputsFrom(items: FeedItem[], source: { id: number }, needs: Needs): Promise<ArticleInput[]> {
  const labelled = items.map((item) => ({ item, names: namesOf(item) }));
  const every = labelled.flatMap(({ names }) => names);
  const found = await readNames([...new Map(every.map((name) => [labelOf(name), name])).values()], source.id, needs);
  const unmapped = labelled.flatMap(({ item: { url, external_id }, names }) => {
    const unknown = names.filter((name) => found.get(labelOf(name))?.unmapped);
    if (unknown.length === 0) return [];
    const key = canonicalUrl(url);
    return unknown.map((name) => ({ ...name, url: key, external_id }));
  });
  await needs.topicRules.note(source.id, unmapped, needs.clock.now());
  return labelled.map(({ item: { updated_at: _, ...item }, names }) => {
    const labels = names.map(labelOf);
    const topics = labels.flatMap((label) => found.get(label)?.topic ?? []);
    return { ...item, labels, topics: [...new Set(topics)].slice(0, TOPICS_LIMIT) };
  });
}
