import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../../src/deliveries/lease.ts';

test('a claim is trusted while its process says without a gap that it lives', () => {
  const lease = new Lease();
  assert.equal(lease.covers(0, 0), false, 'not before it has said so');
  for (let at = 0; at <= 60_000; at += 2000) lease.renew(at);
  assert.equal(lease.covers(100, 61_000), true);
  assert.equal(lease.covers(100, 73_000), false, 'silent for too long');
});

test('a process that lives again after a gap trusts new claims, not the old ones', () => {
  const lease = new Lease();
  lease.renew(0);
  lease.renew(30_000);
  assert.equal(lease.covers(1000, 30_100), false);
  assert.equal(lease.covers(30_050, 30_100), true);
});
