import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ConfigError, readConfig } from '../../src/config.ts';

const SECRET = 'a secret of at least thirty-two bytes, for tests';

test('an empty environment is enough', () => {
  const config = readConfig({});
  assert.deepEqual(config, {
    production: false,
    databaseUrl: undefined,
    redisUrl: undefined,
    smtpUrls: undefined,
    port: 3000,
    host: '127.0.0.1',
    baseUrl: undefined,
    dataDir: path.resolve('.data'),
    logLevel: 'info',
    secret: undefined,
    oldSecrets: [],
    inboundPort: 2525,
    inboundPortGiven: false,
    bounceDomain: undefined,
    dkim: undefined,
    dnsServers: [],
    privateFetchAllow: [],
    spamassassin: undefined,
    undoSeconds: 20,
    templatesDir: undefined,
    trustProxy: 0,
  });
});

const names = [
  ...['NODE_ENV', 'DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'PORT', 'HOST', 'BASE_URL', 'DATA_DIR', 'LOG_LEVEL'],
  ...['DAYBREAK_SECRET', 'INBOUND_SMTP_PORT', 'BOUNCE_DOMAIN', 'DKIM_DOMAIN', 'DKIM_SELECTOR'],
  ...['DKIM_PRIVATE_KEY_FILE', 'DNS_SERVERS', 'PRIVATE_FETCH_ALLOW', 'UNDO_SECONDS', 'TEMPLATES_DIR', 'TRUST_PROXY'],
  'SPAMASSASSIN',
];

test('an empty value counts as unset, for every variable', () => {
  assert.deepEqual(readConfig(Object.fromEntries(names.map((name) => [name, '']))), readConfig({}));
});

const given: [variables: Record<string, string>, seen: object][] = [
  [{ DATABASE_URL: 'postgresql://u:p@db/x' }, { databaseUrl: 'postgresql://u:p@db/x' }],
  [{ REDIS_URL: 'rediss://r:6380/1' }, { redisUrl: 'rediss://r:6380/1' }],
  [{ SMTP_URL: 'smtp://a:25?weight=3, smtps://b' }, { smtpUrls: ['smtp://a:25?weight=3', 'smtps://b'] }],
  [
    { PORT: '0', INBOUND_SMTP_PORT: '0' },
    { port: 0, inboundPort: 0, inboundPortGiven: true },
  ],
  [{ BASE_URL: 'https://post.example/news//' }, { baseUrl: 'https://post.example/news' }],
  [{ DATA_DIR: '/somewhere/else' }, { dataDir: '/somewhere/else' }],
  [{ PRIVATE_FETCH_ALLOW: '10.0.0.0/8, cms.internal,' }, { privateFetchAllow: ['10.0.0.0/8', 'cms.internal'] }],
  [
    { DNS_SERVERS: '192.0.2.53, 192.0.2.53:5353,[2001:db8::53]:53,2001:db8::53' },
    { dnsServers: ['192.0.2.53', '192.0.2.53:5353', '[2001:db8::53]:53', '2001:db8::53'] },
  ],
  [{ SPAMASSASSIN: 'spamd:783' }, { spamassassin: { host: 'spamd', port: 783 } }],
  [{ SPAMASSASSIN: '[::1]:783' }, { spamassassin: { host: '::1', port: 783 } }],
  [{ SPAMASSASSIN: '/run/spamd.sock' }, { spamassassin: { path: '/run/spamd.sock' } }],
  [{ UNDO_SECONDS: '0' }, { undoSeconds: 0 }],
  [{ TEMPLATES_DIR: 'ours/mails' }, { templatesDir: path.resolve('ours/mails') }],
  [
    { NODE_ENV: 'production', DAYBREAK_SECRET: SECRET },
    { production: true, secret: SECRET },
  ],
  [
    { DKIM_DOMAIN: 'post.example', DKIM_SELECTOR: 'd1', DKIM_PRIVATE_KEY_FILE: '/key.pem' },
    { dkim: { domain: 'post.example', keys: [{ selector: 'd1', keyFile: '/key.pem' }] } },
  ],
  [{ UNKNOWN: 'whatever', PATH: '/bin' }, {}],
];

test('what is given is read, and the rest stays as it was', () => {
  for (const [variables, seen] of given) {
    assert.deepEqual(readConfig(variables), { ...readConfig({}), ...seen }, JSON.stringify(variables));
  }
});

const wrong: [name: string, values: string[]][] = [
  ['DATABASE_URL', ['hunter2', 'mysql://u:hunter2@db', 'http://hunter2', '//hunter2']],
  ['REDIS_URL', ['hunter2', 'http://hunter2', 'postgres://hunter2']],
  ['SMTP_URL', ['hunter2', 'smtp://ok,hunter2', 'http://u:hunter2@relay', ' , ']],
  ['PORT', ['hunter2', '-1', '65536', '3000.5', '3000x', 'Infinity']],
  ['INBOUND_SMTP_PORT', ['hunter2', '65536']],
  ['BASE_URL', ['hunter2', 'ftp://hunter2', 'javascript:hunter2']],
  ['LOG_LEVEL', ['hunter2', 'INFO']],
  ['DAYBREAK_SECRET', ['hunter2', 'hunter2'.repeat(4)]],
  ['DAYBREAK_OLD_SECRETS', ['hunter2', `${SECRET},hunter2`, '["hunter2"]', '[7]', '[{']],
  ['BOUNCE_DOMAIN', ['hunter2@x', 'a b', 'a\nhunter2', '<hunter2>']],
  ['DNS_SERVERS', ['hunter2', '192.0.2.53:0', '192.0.2.53:70000', 'hunter2:53', '[hunter2]:53', '192.0.2.53:x']],
  ['SPAMASSASSIN', ['hunter2', 'hunter2:0', 'hunter2:70000', 'hunter2:x', '[hunter2]:783', 'http://hunter2:783']],
  ['UNDO_SECONDS', ['hunter2', '-1', '3601', '1.5']],
  ['TRUST_PROXY', ['hunter2', '-1', '11', 'true']],
];

test('a bad value is refused: the variable is named, its value never printed', () => {
  for (const [name, values] of wrong) {
    for (const value of values) {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error) => {
          assert.ok(error instanceof ConfigError, String(error));
          assert.match(error.message, new RegExp(`^  ${name}: `, 'm'));
          assert.doesNotMatch(error.message, /hunter2/);
          return true;
        },
        `${name}=${value}`,
      );
    }
  }
});

test('all that is wrong is said at once', () => {
  assert.throws(
    () => readConfig({ PORT: 'x', REDIS_URL: 'x', UNDO_SECONDS: 'x' }),
    ({ message }: Error) => ['PORT', 'REDIS_URL', 'UNDO_SECONDS'].every((name) => message.includes(`  ${name}: `)),
  );
});

test('production needs a secret of its own', () => {
  for (const DAYBREAK_SECRET of [undefined, '', 'short']) {
    assert.throws(() => readConfig({ NODE_ENV: 'production', DAYBREAK_SECRET }), /DAYBREAK_SECRET: /);
  }
});

test('a secret is measured in bytes', () => {
  assert.equal(readConfig({ DAYBREAK_SECRET: 'é'.repeat(16) }).secret, 'é'.repeat(16));
  assert.throws(() => readConfig({ DAYBREAK_SECRET: 'é'.repeat(15) }), ConfigError);
});

test('a signature needs its three variables, or none', () => {
  const all = { DKIM_DOMAIN: 'post.example', DKIM_SELECTOR: 'd1', DKIM_PRIVATE_KEY_FILE: '/key.pem' };
  for (const name of Object.keys(all)) {
    assert.throws(() => readConfig({ ...all, [name]: '' }), /DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY_FILE/);
  }
});
