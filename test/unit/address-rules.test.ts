import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressRules } from '../../src/platform/fetch/address-rules.ts';

const to = (address: string, { host = 'feeds.example', port = 443, allow = [] as string[] } = {}) =>
  addressRules(allow).refusal({ host, address, port });

test('addresses of private and special networks are refused', () => {
  const refused = [
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '100.100.100.200',
      '127.0.0.1',
      '127.9.9.9',
      '169.254.169.254',
      '172.16.0.1',
    ],
    ...[
      '172.31.255.255',
      '192.0.0.192',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '168.63.129.16',
    ],
    ...[
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::ffff:7f00:1',
      '::7f00:1',
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
    ],
    ...[
      'fd00:ec2::254',
      'ff02::1',
      '64:ff9b::7f00:1',
      '64:ff9b::808:808',
      '64:ff9b:1::1',
      '2002:7f00:1::1',
      '2001::1',
      '2001:db8::1',
    ],
    ...['100::1', 'fec0::1', 'nonsense', ''],
  ];
  for (const address of refused) assert.match(to(address) ?? 'permitted', /private/, address);
});

test('public addresses are permitted, on web ports only', () => {
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1', '2a00:1450::1']) {
    assert.equal(to(address), undefined, address);
    assert.equal(to(address, { port: 80 }), undefined, address);
    assert.match(to(address, { port: 6379 }) ?? 'permitted', /port 6379/, address);
  }
});

test('what is allowed is permitted on any port: an address, a range, a host', () => {
  assert.equal(to('127.0.0.1', { allow: ['127.0.0.1'], port: 8080 }), undefined);
  assert.equal(to('10.1.2.3', { allow: ['10.1.0.0/16'], port: 8080 }), undefined);
  assert.equal(to('fd00::5', { allow: ['fd00::/64'] }), undefined);
  assert.equal(to('10.1.2.3', { allow: ['cms.internal'], host: 'CMS.internal', port: 8080 }), undefined);
});

test('what is allowed opens nothing beside it', () => {
  assert.ok(to('127.0.0.2', { allow: ['127.0.0.1'] }));
  assert.ok(to('10.2.0.1', { allow: ['10.1.0.0/16'] }));
  assert.ok(to('10.1.2.3', { allow: ['cms.internal'], host: 'evil.cms.internal' }));
  assert.ok(to('10.1.2.3', { allow: ['cms.internal'], host: 'evilcms.internal' }));
});

test('an entry that is no host, address or range is refused by name', () => {
  for (const entry of [
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'http://x',
    '*.internal',
    'fd00::/129',
    'a b',
    '10.0.0.0/-1',
  ]) {
    assert.throws(() => addressRules([entry]), new RegExp(`PRIVATE_FETCH_ALLOW: ${entry.replace('*', '\\*')}`), entry);
  }
});
