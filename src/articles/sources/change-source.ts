import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { DomainError, NotFound } from '../../kernel/errors.ts';
import { pollSource } from '../../platform/queue/jobs.ts';
import type { Jobs } from '../../platform/queue/producer.ts';
import { type Source, sourceInput } from './source.ts';
import type { SourcePageStore } from './source-page-store.ts';
import type { SourceStore } from './source-store.ts';

interface Needs {
  sources: Pick<SourceStore, 'source'>;
  sourcePages: SourcePageStore;
  jobs: Pick<Jobs, 'wake'>;
  clock: Clock;
}

const wholeNumber = z
  .string('must be a whole number of seconds')
  .trim()
  .regex(/^\d{1,9}$/, 'must be a whole number of seconds')
  .transform(Number);

/** As a form sends them. */
const fields = {
  name: sourceInput.shape.name,
  poll_seconds: wholeNumber.pipe(sourceInput.shape.poll_seconds.unwrap()),
};
export const sourceForm = sourceInput.extend(fields);
export const sourceChangeForm = z.object({ ...fields, active: z.literal('yes').optional() });

class SwitchedOff extends DomainError {
  constructor() {
    super('source-off', 'conflict', 'This source is switched off. Switch it on first: then it is read at once.');
  }
}

/** Without a name it takes the feed's own at the next poll. Switched on again it is read at once. */
export async function changeSource(before: Source, input: z.output<typeof sourceChangeForm>, needs: Needs) {
  const after = {
    name: input.name || null,
    active: input.active === 'yes',
    pollSeconds: input.poll_seconds,
  };
  await needs.sourcePages.change(before.id, after, needs.clock.now());
  if (after.active && !before.active) await pollNow(before.id, needs);
  return after;
}

/** Due at once, so that the poll comes even if the queue does not answer now. @throws SwitchedOff */
export async function pollNow(id: number, { sourcePages, jobs, clock }: Needs): Promise<void> {
  if (!(await sourcePages.dueNow(id, clock.now()))) throw new SwitchedOff();
  await jobs.wake(pollSource, { sourceId: id });
}

/** @throws NotFound */
export async function readSource(id: number, { sources }: Pick<Needs, 'sources'>): Promise<Source> {
  const source = await sources.source(id);
  if (!source) throw new NotFound('source');
  return source;
}
