import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { CanaryCounts, CanaryStore } from './canary-store.ts';
import type { Edition } from './edition.ts';
import type { Link } from './link-answers.ts';

interface Needs {
  canaries: CanaryStore;
  linkAnswers(url: string): Promise<Link>;
  clock: Clock;
  log: Log;
}

/** A refusal that comes by a mail of its own takes a moment. */
const LEAST_MS = 2000;
const PATIENCE_MS = 10_000;
/** A few dead addresses are in every list. */
const TOLERATED = 0.05;

export type Verdict = 'wait' | 'go' | 'held';

/**
 * Looks at what became of the slice that went first: the rest goes when it was taken, and waits for a person when
 * readers were refused, mails came back, the link leads nowhere, or the relay is slow.
 */
export async function judgeCanary(edition: Edition, needs: Needs): Promise<Verdict> {
  const { canaries, linkAnswers, clock, log } = needs;
  const elapsed = clock.now().getTime() - (edition.canaryAt ?? edition.asOf).getTime();
  const counts = await canaries.counts(edition.id);
  if (elapsed < LEAST_MS || (counts.open > 0 && elapsed < PATIENCE_MS)) return 'wait';
  const trouble = troubleOf(counts) ?? (edition.url ? inWords(edition.url, await linkAnswers(edition.url)) : null);
  if (!trouble) {
    await canaries.pass(edition.id);
    return 'go';
  }
  if (await canaries.hold(edition.id, `Held after the first ${counts.all} readers: ${trouble}`))
    log.error({ editionId: edition.id, trouble }, 'an alert was held after its first slice');
  return 'held';
}

function troubleOf({ all, open, refused, bounced, worst }: CanaryCounts): string | null {
  if (open > all / 2)
    return `after ${PATIENCE_MS / 1000} seconds ${open} of them are not answered for. Is the relay slow?`;
  const lost = refused + bounced;
  if (lost <= Math.max(1, all * TOLERATED)) return null;
  return `${lost} of them did not get it (${worst ?? 'returned mail'}).`;
}

const inWords = (url: string, { dead, says }: Link): string | null => (dead ? `the link ${url} ${says}.` : null);
