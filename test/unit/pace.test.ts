import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../src/platform/mail/pace.ts';
import { parseRelay } from '../../src/platform/mail/relay-options.ts';

test('a pace lets so many go a second, and after a rest no flood', () => {
  const pace = new Pace(() => 10);
  const letGo = (from: number, to: number) => {
    let count = 0;
    for (let now = from; now < to; now += 1) {
      if (pace.wait(now) > 0) continue;
      pace.take(now);
      count += 1;
    }
    return count;
  };
  assert.equal(letGo(0, 10_000), 101);
  assert.equal(letGo(100_000, 101_000), 11);
});

test('a pace that is shared with others slows down at once', () => {
  let workers = 1;
  const pace = new Pace(() => 10 / workers);
  pace.take(0);
  workers = 2;
  pace.take(100);
  assert.equal(pace.wait(200), 0);
  assert.equal(Math.round(pace.wait(100)), 100);
});

test('what SMTP_URL says of a relay is read, and nonsense is refused by name', () => {
  const relay = parseRelay('smtp://h.example:25?weight=3&connections=40&rate=0.5&domain_rate=10&timeout=2');
  const { weight, connections, rate, domainRate, timeoutMs } = relay;
  assert.deepEqual(
    { weight, connections, rate, domainRate, timeoutMs },
    {
      ...{ weight: 3, connections: 40, rate: 0.5, domainRate: 10, timeoutMs: 2000 },
    },
  );
  assert.throws(() => parseRelay('smtp://h.example?wieght=3'), /wieght/);
  assert.throws(() => parseRelay('smtp://h.example?connections=none'), /connections/);
  assert.throws(() => parseRelay('smtp://h.example?rate=0'), /rate/);
});
