import { NotFound } from '../kernel/errors.ts';
import type { TraceStore } from './trace-store.ts';
import type { Attempt, TracedEdition, TracedRow } from './traced.ts';

/** One edition, and what the ledger has of this reader in it. */
export interface Traced {
  edition: TracedEdition;
  row: TracedRow | undefined;
  attempts: Attempt[];
}

interface Asked {
  /** Editions older than this one; null for the newest. */
  before: number | null;
  /** One edition more, wherever it stands. */
  editionId: number | null;
}

export type Trace = Awaited<ReturnType<typeof readTrace>>;

const EDITIONS = 30;
const CONSENTS = 100;
const CAME_BACK = 50;

/** All that answers “why did I (not) get it?” @throws NotFound for a reader who is unknown or has been erased */
export async function readTrace(readerId: number, { before, editionId }: Asked, { traces }: { traces: TraceStore }) {
  const reader = await traces.reader(readerId);
  if (!reader) throw new NotFound('reader');
  const [subscriptions, consents, changes, cameBack, recent, sought] = await Promise.all([
    traces.subscriptions(readerId),
    traces.consents(readerId, CONSENTS),
    traces.changes(readerId),
    traces.cameBack(readerId, CAME_BACK),
    traces.editions(readerId, before, EDITIONS),
    editionId === null ? undefined : traces.edition(readerId, editionId),
  ]);
  const ids = [...recent, ...(sought ? [sought] : [])].map(({ id }) => id);
  const [rows, attempts] = await Promise.all([traces.rows(readerId, ids), traces.attempts(readerId, ids)]);
  const traced = (edition: TracedEdition): Traced => ({
    edition,
    row: rows.find((row) => row.editionId === edition.id),
    attempts: attempts.filter((attempt) => attempt.editionId === edition.id),
  });
  return {
    ...{ reader, subscriptions, consents, changes, cameBack },
    editions: recent.map(traced),
    sought: sought && traced(sought),
    older: recent.length === EDITIONS ? recent.at(-1)?.id : undefined,
    consentsCut: consents.length === CONSENTS,
  };
}
