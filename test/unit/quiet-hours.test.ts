import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietUntil } from '../../src/newsletters/quiet-hours.ts';

const night = { quietFrom: '22:00', quietUntil: '07:00' };
const noon = { quietFrom: '12:00', quietUntil: '14:00' };
const until = (hours: Parameters<typeof quietUntil>[0], zone: string, at: string) =>
  quietUntil(hours, zone, new Date(at))?.toISOString() ?? null;

test('hours past midnight end on the next day before midnight, and on the same day after it', () => {
  assert.equal(until(night, 'Europe/London', '2026-11-20T22:00:00Z'), '2026-11-21T07:00:00.000Z');
  assert.equal(until(night, 'Europe/London', '2026-11-21T06:59:59Z'), '2026-11-21T07:00:00.000Z');
  assert.equal(until(night, 'Europe/London', '2026-11-21T07:00:00Z'), null);
  assert.equal(until(night, 'Europe/London', '2026-11-21T21:59:59Z'), null);
});

test('hours within a day, and none at all', () => {
  assert.equal(until(noon, 'Asia/Tokyo', '2026-11-20T03:30:00Z'), '2026-11-20T05:00:00.000Z');
  assert.equal(until(noon, 'Europe/London', '2026-11-20T03:30:00Z'), null);
  assert.equal(until({ quietFrom: null, quietUntil: null }, 'Europe/London', '2026-11-20T03:30:00Z'), null);
  assert.equal(until({ quietFrom: '08:00', quietUntil: '08:00' }, 'Europe/London', '2026-11-20T08:00:00Z'), null);
});

test('a night in which the clocks change is an hour shorter or longer', () => {
  assert.equal(until(night, 'Europe/Berlin', '2026-03-28T22:00:00Z'), '2026-03-29T05:00:00.000Z');
  assert.equal(until(night, 'Europe/Berlin', '2026-10-24T21:00:00Z'), '2026-10-25T06:00:00.000Z');
  // Half past two does not exist that night: it is over when the clocks have gone on.
  assert.equal(
    until({ quietFrom: '22:00', quietUntil: '02:30' }, 'Europe/Berlin', '2026-03-28T22:00:00Z'),
    '2026-03-29T01:30:00.000Z',
  );
});
