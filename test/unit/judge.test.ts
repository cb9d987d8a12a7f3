import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Row, type Rules } from '../../simulate/judge.ts';
import type { Stay } from '../../simulate/life.ts';

const at = (iso: string): number => Date.parse(`${iso}Z`);
const paper = { sendAt: '07:00', times: ['07:00'], week: [1, 2, 3, 4, 5, 6, 7] };
const rules: Rules = { paper, outages: [], latenessMs: 6 * 3_600_000, until: at('2027-02-25T12:00') };
const stay: Stay = {
  ...{ from: at('2027-02-22T12:00'), active: true, zone: 'Europe/London', ownTime: null },
  ...{ frequency: 'daily', weekday: null, pausedUntil: null },
};
const row = (slot: string, late = false): Row => ({ slot: at(slot), late, state: 'accepted', reason: 'accepted' });
const three = ['2027-02-23T07:00', '2027-02-24T07:00', '2027-02-25T07:00'];
const fates = (rows: Row[], stays = [stay], given = rules) => judge(stays, rows, given).map(({ fate }) => fate);

test('each date once is as it should be; one that lacks, one too many and one nobody asked for are broken promises', () => {
  const all = three.map((slot) => row(slot));
  assert.deepEqual(fates(all), ['sent', 'sent', 'sent']);
  assert.deepEqual(fates(all.slice(1)), ['missed', 'sent', 'sent']);
  assert.ok(fates([...all, row('2027-02-25T09:00')]).includes('doubled'));
  const onMondays = { ...stay, frequency: 'weekly', weekday: 1 } as const;
  assert.deepEqual(fates(all.slice(0, 1), [onMondays]), ['uncalled for']);
});

test('who changes their hour in an outage gets a late one at the hour they want now', () => {
  const outages = [{ from: at('2027-02-22T21:00'), until: at('2027-02-23T20:30') }];
  const there: Stay = { ...stay, zone: 'Pacific/Kiritimati', ownTime: '12:00', from: at('2027-02-22T12:00') };
  const stays = [there, { ...there, ownTime: '06:30', from: at('2027-02-23T19:48') }];
  const rows = [row('2027-02-23T16:30', true), row('2027-02-24T16:30')];
  const given = { ...rules, outages, until: at('2027-02-25T00:00') };
  assert.deepEqual(fates(rows, stays, given), ['passed over: past the lateness limit', 'sent']);
  assert.ok(fates(rows, stays, { ...given, outages: [] }).includes('uncalled for'));
});
