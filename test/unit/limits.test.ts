import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request } from 'express';
import { truncatedIp } from '../../src/platform/http/limits.ts';

const cases: [string, string][] = [
  ['192.0.2.77', '192.0.2.0'],
  ['::ffff:192.0.2.77', '192.0.2.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8::5', '2001:db8:0:0::'],
  ['::1', '0:0:0:0::'],
  ['fe80::1:2:3:4%eth0', 'fe80:0:0:0::'],
];

for (const [ip, kept] of cases) {
  test(`of ${ip} only ${kept} is kept`, () => {
    assert.equal(truncatedIp({ ip } as Request), kept);
  });
}
