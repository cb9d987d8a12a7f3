import type { CandidateStore } from './candidate-store.ts';
import { type News, type Readers, windowOf } from './choose-articles.ts';
import { type Arrangement, untouched } from './digest-plan.ts';
import type { Edition } from './edition.ts';

/**
 * What an edition of these readers would be made of, of the newest articles there are by `until` and those an editor
 * pinned. Changes nothing.
 */
export async function newsFor(
  edition: Pick<Edition, 'id' | 'newsletterId' | 'asOf'>,
  readers: Readers,
  { until, most, desk = untouched }: { until: Date; most?: number; desk?: Arrangement },
  store: CandidateStore,
): Promise<News> {
  const found = await store.candidates(windowOf(edition, readers), until, most);
  const known = new Set(found.map(({ id }) => id));
  const missing = desk.pinned.filter((id) => !known.has(id));
  const candidates = missing.length > 0 ? [...found, ...(await store.named(missing, until))] : found;
  const parts = await store.storyParts(candidates);
  const considered = await store.considered(edition, readers.servedUntil ? [readers.servedUntil] : []);
  const alerts = await store.alertsOf([...candidates, ...[...parts.values()].flat()].map(({ id }) => id));
  return { candidates, parts, considered, alerts };
}
