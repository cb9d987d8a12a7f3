import assert from 'node:assert/strict';
import type { Counts } from '../../src/deliveries/delivery.ts';
import type { Acceptance } from './fault-relay/plan.ts';
import type { Newsroom } from './newsroom.ts';

export interface Expected {
  /** Everybody who was to get the edition. */
  readers: string[];
  /** The newsletter's `when_uncertain`. */
  whenUncertain: 'hold' | 'resend';
  /** How many acceptances may be repeats: 2 × connections for each kill, one for each answer the relay withheld. */
  repeats?: number;
  /** Who unsubscribed, and the database's time when the POST was answered. */
  left?: Map<string, Date>;
}

export interface LedgerRow {
  email: string;
  state: string;
  reason: string | null;
  claimedAt: Date | null;
}

interface Evidence extends Expected {
  rows: LedgerRow[];
  /** What the relay accepted of this edition, by recipient. */
  accepted: Map<string, Acceptance[]>;
  counts: Counts;
}

const SETTLED = ['accepted', 'deferred', 'failed', 'skipped', 'uncertain'];

/** A promise, and everything that breaks it, in words. */
type Promised = (evidence: Evidence) => string[];

const nobodyTwice: Promised = ({ accepted, whenUncertain, repeats = 0 }) => {
  const repeated = [...accepted.values()].filter((times) => times.length > 1);
  if (whenUncertain === 'hold') return repeated.map((times) => `${times[0]?.to} got it ${times.length} times`);
  const surplus = repeated.reduce((sum, times) => sum + times.length - 1, 0);
  return [
    ...repeated
      .filter((times) => new Set(times.map(({ messageId }) => messageId)).size > 1)
      .map((times) => `${times[0]?.to} got a repeat under another Message-ID`),
    ...(surplus > repeats ? [`${surplus} repeats, where ${repeats} may be`] : []),
  ];
};

const nobodyMissed: Promised = ({ readers, rows, accepted }) => {
  const listed = new Set(rows.map(({ email }) => email));
  const meant = new Set(readers);
  return [
    ...readers.filter((email) => !listed.has(email)).map((email) => `${email} is not in the ledger`),
    ...[...listed, ...accepted.keys()].filter((email) => !meant.has(email)).map((email) => `${email} was not meant`),
  ];
};

const everyRowSaysWhatBecameOfIt: Promised = ({ rows }) =>
  rows
    .filter(({ state, reason }) => !SETTLED.includes(state) || (state !== 'accepted' && !reason))
    .map(({ email, state }) => `${email} is ${state} and no reason is given`);

const acceptedIsTrue: Promised = ({ rows, accepted }) =>
  rows
    .filter(({ email, state }) => state === 'accepted' && !accepted.has(email))
    .map(({ email }) => `${email} is accepted in the ledger, and the relay knows nothing of it`);

// A deferred row will be sent again, so with `hold` it must not be one that the relay has.
const notSentIsTrue: Promised = ({ rows, accepted, whenUncertain }) => {
  const unsent = ['failed', 'skipped', ...(whenUncertain === 'hold' ? ['deferred'] : [])];
  return rows
    .filter(({ email, state }) => unsent.includes(state) && accepted.has(email))
    .map(({ email, state }) => `${email} is ${state} in the ledger, and the relay has accepted it`);
};

const messageIdsAreTheirOwn: Promised = ({ accepted }) => {
  const owners = new Map<string, string>();
  const all = [...accepted.values()].flat();
  return all.flatMap(({ to, messageId }) => {
    const owner = owners.get(messageId) ?? to;
    owners.set(messageId, owner);
    if (!messageId) return [`${to} got a message without Message-ID`];
    return owner === to ? [] : [`${to} got the Message-ID of ${owner}`];
  });
};

const unsubscribedMeansNow: Promised = ({ rows, accepted, left = new Map() }) =>
  rows
    .filter(({ email, claimedAt }) => {
      const at = left.get(email);
      return at && accepted.has(email) && (!claimedAt || claimedAt > at);
    })
    .map(({ email }) => `${email} was claimed after the unsubscribe was answered, and got it`);

const audienceReconciles: Promised = ({ rows, counts }) => {
  const { audience, bounced: _, ...places } = counts;
  const sum = Object.values(places).reduce((total, count) => total + count, 0);
  const inState = (state: string) => rows.filter((row) => row.state === state).length;
  return [
    ...(audience === sum ? [] : [`an audience of ${audience}, and ${sum} in all states`]),
    ...(audience === rows.length ? [] : [`an audience of ${audience}, and ${rows.length} rows`]),
    ...(['accepted', 'deferred', 'failed', 'skipped', 'uncertain'] as const)
      .filter((state) => counts[state] !== inState(state))
      .map((state) => `${counts[state]} counted ${state}, and ${inState(state)} rows`),
  ];
};

const promises: Record<string, Promised> = {
  nobodyTwice,
  nobodyMissed,
  everyRowSaysWhatBecameOfIt,
  acceptedIsTrue,
  notSentIsTrue,
  messageIdsAreTheirOwn,
  unsubscribedMeansNow,
  audienceReconciles,
};

const SHOWN = 5;

/** Compares an edition's ledger with the relay's own record; every promise is looked at, whatever the fault was. */
export async function assertKept(
  town: Newsroom,
  id: number,
  record: Acceptance[],
  expected: Expected,
): Promise<{ counts: Counts; repeats: number }> {
  const { counts } = await town.edition(id);
  const mine = record.filter(({ feedbackId }) => feedbackId.startsWith(`${id}:`));
  const accepted = Map.groupBy(mine, ({ to }) => to);
  const evidence = { ...expected, rows: await ledgerOf(town, id), accepted, counts };
  const broken = Object.entries(promises).flatMap(([promise, look]) => {
    const found = look(evidence);
    return found.length === 0 ? [] : [`${promise}: ${found.length}, such as ${found.slice(0, SHOWN).join('; ')}`];
  });
  assert.deepEqual(broken, []);
  return { counts, repeats: mine.length - accepted.size };
}

async function ledgerOf({ context }: Newsroom, id: number): Promise<LedgerRow[]> {
  const { rows } = await context.pool.query<LedgerRow>(
    `select r.email, d.state, d.reason, d.claimed_at as "claimedAt"
     from deliveries d join subscribers r on r.id = d.subscriber_id where d.edition_id = $1`,
    [id],
  );
  return rows;
}
