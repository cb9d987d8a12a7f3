import { checkEdition as check } from '../src/editions/preflight/check-edition.ts';
import { checkEdition } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(checkEdition, ({ editionId }, context) =>
  check(editionId, { ...context, leaving: context.signal }),
);
