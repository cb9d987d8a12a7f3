import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDates } from '../../src/articles/text/dates/read.ts';
import { instantOf } from '../../src/articles/text/instant.ts';

type Case = [text: string, instant: string | undefined, zone?: string];

const reads = (cases: Case[]) => {
  for (const [text, instant, zone] of cases) {
    const expected = instant && new Date(instant).toISOString();
    assert.equal(instantOf(text, zone)?.toISOString(), expected, `${text} in ${zone}`);
  }
};

test('what programs write is read, however they get it wrong', () => {
  reads([
    ['2026-02-03T10:00:00.123456+05:30', '2026-02-03T04:30:00.123Z'],
    ['2026-2-3 10:00', '2026-02-03T10:00Z'],
    ['2026/02/03 10.00', '2026-02-03T10:00Z'],
    ['20260501T070000Z', '2026-05-01T07:00Z'],
    ['20260501', '2026-05-01T00:00Z'],
    ['202605010700', '2026-05-01T07:00Z'],
    ['2026-05', '2026-05-01T00:00Z'],
    ['1648562400', '2022-03-29T14:00Z'],
    ['1648562400123', '2022-03-29T14:00:00.123Z'],
    ['2026-05-01T24:00:00Z', '2026-05-02T00:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00Z'],
    ['2026-02-03T10:00:00 +01:00', '2026-02-03T09:00Z'],
    ['2026-02-03T10:00:00.000Z[UTC]', '2026-02-03T10:00Z'],
    ['Mon, 03 Feb 2026 10:00:00 GMT', '2026-02-03T10:00Z'],
    ['Moon, 3 Feb 26 10:00 +0100 (CET)', '2026-02-03T09:00Z'],
    ['Tue , 3-Feb-26 , 10:00:00', '2026-02-03T10:00Z'],
    ['Tue Feb  3 10:00:00 EST 2026', '2026-02-03T15:00Z'],
    ['Tue Feb 03 2026 10:00:00 GMT+0100 (Central European Standard Time)', '2026-02-03T09:00Z'],
    ['Tue, 03 Feb 126 10:00:00 GMT', '2026-02-03T10:00Z'],
  ]);
});

test('zones are read by sign, by name and by place; what means two things is told by the zone assumed', () => {
  reads([
    ['3 Feb 2026 10:00 GMT+1', '2026-02-03T09:00Z'],
    ['3 Feb 2026 10:00 UTC-03:30', '2026-02-03T13:30Z'],
    ['3 Feb 2026 10:00 A', '2026-02-03T10:00Z'],
    ['3 Jul 2026 10:00 CEST', '2026-07-03T08:00Z'],
    ['3 Jul 2026 10:00 ET', '2026-07-03T14:00Z'],
    ['3 Jul 2026 10:00 Europe/London', '2026-07-03T09:00Z'],
    ['3 Jul 2026 10:00 IST', '2026-07-03T04:30Z'],
    ['3 Jul 2026 10:00 IST', '2026-07-03T09:00Z', 'Europe/Dublin'],
    ['3 Jul 2026 10:00 IST', '2026-07-03T07:00Z', 'Asia/Jerusalem'],
    ['3 Jul 2026 10:00 CST', '2026-07-03T02:00Z', 'Asia/Shanghai'],
    ['3 Jul 2026 10:00 +9999', undefined],
  ]);
});

test('a time without a zone is of the zone assumed, summer time and all', () => {
  reads([
    ['29th Mar 22 2:12 pm', '2022-03-29T13:12Z', 'Europe/London'],
    ['2022-03-26T14:12', '2022-03-26T14:12Z', 'Europe/London'],
    ['2022-03-27 01:30', '2022-03-27T01:30Z', 'Europe/London'],
    ['2022-10-30 01:30', '2022-10-30T00:30Z', 'Europe/London'],
    ['2022-07-01', '2022-06-30T23:00Z', 'Europe/London'],
    ['2022-07-01 10:00', '2022-07-01T10:00Z', 'Nowhere/Else'],
  ]);
});

test('months have names in the languages of Europe, and clocks their customs', () => {
  reads([
    ['29. März 2022, 14:12 Uhr', '2022-03-29T14:12Z'],
    ['mar. 01 févr. 2022 à 14h12', '2022-02-01T14:12Z'],
    ['martes, 29 de marzo de 2022', '2022-03-29T00:00Z'],
    ['29 marzo 2022 alle 14:12', '2022-03-29T14:12Z'],
    ['29 maart 2022 om 14.12 uur', '2022-03-29T14:12Z'],
    ['wtorek, 29 marca 2022 r., godz. 14:12', '2022-03-29T14:12Z'],
    ['29 березня 2022 року, 14:12', '2022-03-29T14:12Z'],
    ['29 марта 2022 г. в 14:12', '2022-03-29T14:12Z'],
    ['29 de março de 2022 às 14h12', '2022-03-29T14:12Z'],
    ['٢٩ مارس ٢٠٢٢', '2022-03-29T00:00Z'],
    ['2022年3月29日 14:12', '2022-03-29T14:12Z'],
    ['March 29, 2022 at 12:05 a.m.', '2022-03-29T00:05Z'],
    ['12:05 pm, 29 March 2022', '2022-03-29T12:05Z'],
    ["5 Sept '22", '2022-09-05T00:00Z'],
  ]);
});

test('the day comes first, but not in America, and not where it cannot', () => {
  reads([
    ['03/04/2022 10:00', '2022-04-03T09:00Z', 'Europe/London'],
    ['03/04/2022 10:00', '2022-03-04T15:00Z', 'America/New_York'],
    ['03.04.2022 10:00', '2022-04-03T14:00Z', 'America/New_York'],
    ['29/03/2022', '2022-03-29T04:00Z', 'America/New_York'],
    ['03/29/2022', '2022-03-29T00:00Z'],
  ]);
});

test('nonsense is no date', () => {
  for (const text of [
    ...['', '0', '5', 'soon', 'article 12', '2 hours ago', 'yesterday 14:12', '14:12', 'May 2022', '12345'],
    ...['2022-02-30', '2022-13-01', '2022-03-29T25:00', '31.4.2022', '0000-00-00', '1901-01-01', '2999-01-01'],
    ...['on 3 May 2022 a ferry sank', '1 '.repeat(50), 'mar '.repeat(25), '-'.repeat(1e6), '99999999999999999'],
  ]) {
    assert.equal(instantOf(text), undefined, text.slice(0, 40));
  }
});

test('the name of the day tells which number is the month', () => {
  const at = (text: string) => instantOf(text, 'Europe/Dublin')?.toISOString();
  assert.equal(at('Tue, 10/07/2014 - 16:22'), '2014-10-07T15:22:00.000Z');
  assert.equal(at('Thu, 10/07/2014 - 16:22'), '2014-07-10T15:22:00.000Z');
  assert.equal(at('Sun, 10/07/2014 - 16:22'), '2014-07-10T15:22:00.000Z');
});

test('dates are found in prose, and where they stand', () => {
  const found = (text: string) =>
    findDates(text, { zone: 'Europe/London', order: 'dmy' }).map(({ at, start, end }) => [
      ...[at.toISOString(), text.slice(start, end)],
    ]);
  assert.deepEqual(found('by Some Desk Reporter 29th Mar 22 2:12 pm'), [
    ['2022-03-29T13:12:00.000Z', '29th Mar 22 2:12 pm'],
  ]);
  assert.deepEqual(found('Published: 29 March 2022, 14:12 | Updated: 30 March 2022 9am · 5 min read'), [
    ['2022-03-29T13:12:00.000Z', '29 March 2022, 14:12'],
    ['2022-03-30T08:00:00.000Z', '30 March 2022 9am'],
  ]);
  assert.deepEqual(found('3 May 12 people, 5 comments, © 2022, 14:12'), []);
  const started = performance.now();
  for (const part of ['1 ', 'mar ', '1 mar ', '- ', '14:12 ']) found(part.repeat(10_000));
  assert.ok(performance.now() - started < 2000);
});
