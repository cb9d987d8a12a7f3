import type { CandidateStore } from './candidate-store.ts';
import { type News, type Readers, windowOf } from './choose-articles.ts';
import type { Edition } from './edition.ts';

/** What an edition of these readers would be made of, of the newest articles there are by `until`. Changes nothing. */
export async function newsFor(
  edition: Pick<Edition, 'id' | 'newsletterId' | 'asOf'>,
  readers: Readers,
  { until, most }: { until: Date; most?: number },
  store: CandidateStore,
): Promise<News> {
  const candidates = await store.candidates(windowOf(edition, readers), until, most);
  const parts = await store.storyParts(candidates);
  const considered = await store.considered(edition, readers.servedUntil ? [readers.servedUntil] : []);
  const alerts = await store.alertsOf([...candidates, ...[...parts.values()].flat()].map(({ id }) => id));
  return { candidates, parts, considered, alerts };
}
