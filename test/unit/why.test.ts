import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, TracedEdition, TracedRow, TracedSubscription } from '../../src/feedback/traced.ts';
import { whyNone, whyRow } from '../../src/feedback/why.ts';

const at = (time: string): Date => new Date(`2026-11-20T${time}:00Z`);
const change = (kind: Change['kind'], time: string): Change => ({
  newsletterId: 1,
  kind,
  method: 'link',
  at: at(time),
});

const timetable = { sendAt: '07:00', alsoAt: [], days: [1, 2, 3, 4, 5, 6, 7] };
const subscription: TracedSubscription = {
  ...{ newsletterId: 1, newsletter: 'Daily', kind: 'digest', state: 'active', topics: [], nextDueAt: null },
  ...{ ...timetable, frequency: 'daily', weekday: null, ownTime: null },
  ...{ createdAt: at('06:00'), activatedAt: at('06:00'), endedAt: null },
};
/** Opened at eight, planned at five past. */
const edition: TracedEdition = {
  ...{ id: 7, newsletterId: 1, newsletter: 'Daily', kind: 'alert', status: 'sent', subject: 'News', ...timetable },
  ...{ slot: null, asOf: at('08:00'), createdAt: at('08:00'), plannedAt: at('08:05'), audience: 3 },
  ...{ corrects: null, hadCorrected: false },
};
const reader = {
  timeZone: 'Europe/London',
  pausedAt: null,
  pausedUntil: null,
  suppressedAt: null,
  suppressedWhy: null,
};
const say = (instant: Date): string => instant.toISOString().slice(11, 16);
const history = { reader, subscription, say };
const unplanned = { plannedAt: null };

const cases: [what: string, edition: Partial<TracedEdition>, changes: Change[], answer: RegExp][] = [
  ['a draft', { status: 'draft', ...unplanned }, [], /still being written/],
  ['a countdown', { status: 'scheduled', ...unplanned }, [], /has not left yet/],
  [
    'never planned',
    { status: 'cancelled', audience: 0, ...unplanned },
    [change('confirmed', '06:00')],
    /before anybody/,
  ],
  ['before', {}, [change('confirmed', '06:00'), change('unsubscribed', '07:00')], /had left on 07:00, by the link in/],
  [
    'left and back',
    {},
    [change('confirmed', '06:00'), change('unsubscribed', '07:00'), change('resubscribed', '09:00')],
    /had left on 07:00/,
  ],
  ['afterwards', {}, [change('confirmed', '09:00')], /only afterwards, on 09:00/],
  [
    'late yes',
    {},
    [change('requested', '07:00'), change('confirmed', '09:00')],
    /asked for it on 07:00, but confirmed only/,
  ],
  ['no yes', {}, [change('requested', '07:00')], /asked for it on 07:00, and have not confirmed/],
  ['late wish', {}, [change('requested', '09:00')], /asked for it only afterwards, on 09:00/],
  ['came meanwhile', {}, [change('confirmed', '08:02')], /subscribed on 08:02, while it was already being planned/],
  [
    'left meanwhile',
    {},
    [change('confirmed', '06:00'), change('unsubscribed', '08:02')],
    /left on 08:02, while it was being/,
  ],
  [
    'elsewhere',
    { slot: at('12:00') },
    [change('confirmed', '06:00')],
    /this reader’s clock it was due at 12:00, and theirs comes at 07:00/,
  ],
  ['their hour', { slot: at('07:00') }, [change('confirmed', '06:00')], /due at another time/],
  ['under way', { status: 'sending', ...unplanned }, [change('confirmed', '06:00')], /still being planned/],
  ['paused', { status: 'paused', ...unplanned }, [change('confirmed', '06:00')], /paused while it was being planned/],
  [
    'stopped half-way',
    { status: 'cancelled', ...unplanned },
    [change('confirmed', '06:00')],
    /cancelled while it was being planned/,
  ],
  ['a fault', {}, [change('confirmed', '06:00')], /should not be/],
  ['no consent on record', {}, [], /should not be/],
  ['a correction', { corrects: 5 }, [change('confirmed', '06:00')], /only for those who had been sent no\. 5/],
  ['of what they have', { corrects: 5, hadCorrected: true }, [change('confirmed', '06:00')], /should not be/],
  ['soon theirs', { corrects: 5, hadCorrected: true, status: 'sending', ...unplanned }, [], /still being planned/],
];

test('why there is no delivery is told from what is on record', () => {
  for (const [what, more, changes, answer] of cases) {
    // Where no consent is on record, the subscription itself says since when it was.
    const known = { ...subscription, activatedAt: changes.length > 0 ? null : at('06:00') };
    const told = whyNone({ ...edition, ...more }, { ...history, subscription: known, changes });
    assert.match(told, answer, what);
  }
  assert.match(whyNone(edition, { ...history, subscription: undefined, changes: [] }), /never asked for Daily/);
});

test('every state of a delivery has its words', () => {
  const row: TracedRow = {
    ...{ editionId: 7, state: 'accepted', reason: 'relay said try later', attempts: 1, reply: null, subject: null },
    ...{ settledAt: at('08:10'), nextAttemptAt: at('08:20'), bouncedAt: null },
  };
  const words: [Partial<TracedRow>, RegExp][] = [
    [{}, /The relay took it/],
    [{ bouncedAt: at('09:00') }, /on 09:00 it came back/],
    [{ state: 'pending' }, /waits for its turn/],
    [{ state: 'sending' }, /at this moment/],
    [{ state: 'deferred' }, /Put off: relay said try later\. It is tried again on 08:20/],
    [{ state: 'failed' }, /Given up: relay said try later/],
    [{ state: 'uncertain' }, /may have it or not/],
    [{ state: 'skipped', reason: 'nothing new' }, /nothing new for them/],
    [{ state: 'skipped', reason: 'unsubscribed' }, /left before their turn came, on 08:07/],
    [{ state: 'skipped', reason: 'suppressed' }, /has been lifted since/],
    [{ state: 'skipped', reason: 'cancelled' }, /cancelled before their turn/],
    [{ state: 'skipped', reason: 'rehearsal' }, /a rehearsal: only staff were mailed/],
    [{ state: 'skipped', reason: 'quiet hours' }, /in their quiet hours/],
    [{ state: 'skipped', reason: 'had enough alerts today' }, /as many alerts in 24 hours/],
  ];
  const changes = [change('confirmed', '06:00'), change('unsubscribed', '08:07')];
  for (const [more, answer] of words)
    assert.match(whyRow({ ...row, ...more }, edition, { ...history, changes }), answer, JSON.stringify(more));
  const paused = { ...edition, status: 'paused' };
  assert.match(whyRow({ ...row, state: 'deferred' }, paused, { ...history, changes }), /The edition is paused/);
});

test('a reader’s own days, time and pause are told where they are why', () => {
  const changes = [change('confirmed', '06:00')];
  const own = (more: Partial<TracedSubscription>) => ({
    ...history,
    subscription: { ...subscription, ...more },
    changes,
  });
  const slot = at('07:00');
  assert.match(
    whyNone({ ...edition, slot }, own({ frequency: 'weekly', weekday: 1 })),
    /a day on which they get none\. Theirs comes: Once a week, on Monday, at 07:00/,
  );
  assert.match(whyNone({ ...edition, slot }, own({ ownTime: '18:30' })), /theirs comes at 18:30/);
  const resting = { ...reader, pausedAt: at('06:30'), pausedUntil: at('23:00') };
  assert.match(
    whyNone({ ...edition, slot }, { ...own({}), reader: resting }),
    /paused everything, from 06:30 until 23:00/,
  );
  const over = { ...reader, pausedAt: at('05:00'), pausedUntil: at('06:59') };
  assert.match(whyNone({ ...edition, slot }, { ...own({}), reader: over }), /due at another time/);
});
