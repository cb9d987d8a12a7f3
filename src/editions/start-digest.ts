import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { fanOut, priorities } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { NewsletterInactive } from './newsletter-inactive.ts';
import type { EditionStore } from './store.ts';

export const digestInput = z.object({ newsletter: z.string({ error: 'name a newsletter, such as daily' }) });

interface Needs {
  editions: EditionStore;
  newsletters: { bySlug(slug: string): Promise<Newsletter | undefined> };
  jobs: Jobs;
  clock: Clock;
}

/**
 * Sends a digest now to every active reader, with what each has not had yet. Nobody's schedule moves.
 * @returns the edition's id; the same request key gives the same edition
 * @throws NotFound for an unknown newsletter
 */
export async function startDigest(
  { newsletter: slug }: z.output<typeof digestInput>,
  requestKey: string | null,
  { editions, newsletters, jobs, clock }: Needs,
): Promise<number> {
  const newsletter = await newsletters.bySlug(slug);
  if (!newsletter) throw new NotFound(`newsletter "${slug}"`);
  if (!newsletter.active) throw new NewsletterInactive(newsletter.slug);
  if (newsletter.kind !== 'digest') {
    throw new DomainError('not-a-digest', 'invalid', `"${slug}" sends alerts: use POST /api/v1/alerts.`);
  }
  const editionId = await editions.openByHand(newsletter.id, requestKey, clock.now());
  await jobs.wake(fanOut, { editionId }, { priority: priorities.digest });
  return editionId;
}
