import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Waited } from '../../src/deliveries/delivery.ts';
import { reportFrom } from '../../src/deliveries/edition-report.ts';
import { duration, movingView, reportView } from '../../src/deliveries/moving-view.ts';
import { noTally } from '../../src/deliveries/progress.ts';

const accepted = (seconds: number, readers: number, provider = 'others'): Waited => ({
  ...{ state: 'accepted', reason: 'accepted', provider, seconds, readers },
});

test('the report of an edition says who waited how long, whatever the order of its rows', () => {
  const report = reportFrom([
    accepted(12.5, 40, 'Gmail'),
    accepted(0.3, 50),
    accepted(7200, 10),
    { state: 'failed', reason: 'mailbox is full', provider: 'Gmail', seconds: null, readers: 3 },
    { state: 'failed', reason: 'mailbox is full', provider: 'others', seconds: null, readers: 2 },
    { state: 'pending', reason: '', provider: 'others', seconds: null, readers: 1 },
  ]);
  assert.deepEqual([report.first, report.median, report.p95, report.last], [0.3, 0.3, 7200, 7200]);
  assert.deepEqual(report.errors, [{ state: 'failed', reason: 'mailbox is full', readers: 5 }]);
  assert.deepEqual(report.waits, [
    { bucket: 0, readers: 50 },
    { bucket: 5, readers: 40 },
    { bucket: 13, readers: 10 },
  ]);
  const [others, gmail] = report.providers;
  assert.deepEqual(others, { provider: 'others', accepted: 60, others: 3, median: 0.3, p95: 7200 });
  assert.deepEqual(gmail, { provider: 'Gmail', accepted: 40, others: 3, median: 12.5, p95: 12.5 });
  const view = reportView(report);
  assert.deepEqual([view.first, view.median, view.p95], ['0.3 s', '0.3 s', '2 h']);
  assert.equal(view.providers.at(-1)?.provider, 'others');
  assert.equal(view.bars.at(-1)?.label, 'over 60 min');
  assert.equal(reportFrom([]).median, null);
});

test('what is moving never counts a reader twice, and is done when nobody is left', () => {
  const counts = {
    audience: 100,
    pending: 40,
    accepted: 50,
    deferred: 5,
    failed: 3,
    skipped: 2,
    uncertain: 0,
    bounced: 0,
  };
  const still = movingView({ counts, moving: null, status: 'sending' });
  assert.deepEqual([still.accepted, still.remaining, still.done, still.rate], [50, 45, 55, null]);
  const told = { ...noTally(), accepted: 60, rates: [20, 30] };
  const moving = movingView({ counts, moving: told, status: 'sending' });
  assert.deepEqual([moving.accepted, moving.remaining, moving.rate, moving.timeLeft], [60, 35, 25, '2 s']);
  const over = movingView({
    counts: { ...counts, pending: 0, deferred: 0, accepted: 95 },
    moving: told,
    status: 'sending',
  });
  assert.deepEqual([over.remaining, over.done], [0, 100]);
  assert.equal(movingView({ counts: { ...counts, audience: 0 }, moving: null, status: 'assembling' }).done, 0);
});

test('a duration is as long as one would say it', () => {
  assert.deepEqual([0.04, 9.96, 12.4, 150, 7200].map(duration), ['0 s', '10 s', '12 s', '3 min', '2 h']);
});
