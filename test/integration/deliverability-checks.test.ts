import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkDkim } from '../../src/feedback/deliverability/check-dkim.ts';
import { checkDmarc } from '../../src/feedback/deliverability/check-dmarc.ts';
import { checkMx } from '../../src/feedback/deliverability/check-mx.ts';
import { checkPtr } from '../../src/feedback/deliverability/check-ptr.ts';
import { checkSpf } from '../../src/feedback/deliverability/check-spf.ts';
import type { Finding } from '../../src/feedback/deliverability/finding.ts';
import { createLookups, type Lookups } from '../../src/platform/dns/lookups.ts';
import { dnsServer, type Zone } from '../support/dns.ts';
import { tempDir } from '../support/temp-dir.ts';

const IP = '93.184.216.34';
const IP6 = '2606:2800:220:1::25c8:1946';

/** What the check finds in one zone after the other, each on a real DNS server. */
async function finds(
  t: TestContext,
  cases: [zone: Zone, state: Finding['state'], says: RegExp, value?: string][],
  check: (dns: Lookups) => Promise<Finding>,
): Promise<void> {
  const zone: Zone = {};
  const server = await dnsServer(t, zone);
  for (const [records, state, says, value] of cases) {
    for (const name of Object.keys(zone)) delete zone[name];
    Object.assign(zone, records);
    const finding = await check(createLookups([server]));
    const what = JSON.stringify(records);
    assert.deepEqual([finding.state, value && finding.record?.value], [state, value], `${what} ${finding.says}`);
    assert.match(finding.says, says, what);
  }
}

const spf = (...records: string[]): Zone => ({ 'post.example': { TXT: ['unrelated', ...records] } });

test('SPF is judged as a receiving server judges it, and the record that is missing is named', (t) =>
  finds(
    t,
    [
      [{}, 'wrong', /Publish/, `v=spf1 ip4:${IP} ip6:${IP6} -all`],
      [spf(`v=spf1 ip4:${IP} ip6:2606:2800::/32 -all`), 'ok', /names/],
      [spf(`v=spf1 ip4:93.184.0.0/16 -all`), 'wrong', /does not name 2606/, `v=spf1 ip4:93.184.0.0/16 ip6:${IP6} -all`],
      [spf('v=spf1 +all'), 'ok', /names/],
      [spf('v=spf1 -all', 'v=spf1 +all'), 'wrong', /2 SPF records/],
      [spf('v=spf10 +all'), 'wrong', /Publish/],
      [spf('v=spf1 nonsense +all'), 'wrong', /no SPF/],
      [spf('v=spf1 ip4:300.1.1.1 -all'), 'wrong', /no address/],
      [spf(`v=spf1 ip4:${IP}/40 -all`), 'wrong', /no size/],
      [spf('v=spf1 include:other.example -all'), 'wrong', /includes other\.example, which has no SPF/],
      [
        { ...spf('v=spf1 include:other.example ~all'), 'other.example': { TXT: ['v=spf1 -all'] } },
        'unknown',
        /included/,
        `v=spf1 include:other.example ip4:${IP} ip6:${IP6} ~all`,
      ],
      [
        {
          ...spf('v=spf1 a:relay.example mx ip6:2606::/16 redirect=none.example'),
          'relay.example': { A: ['93.184.216.30'] },
        },
        'wrong',
        /hands over to none\.example/,
      ],
      [
        { ...spf('v=spf1 a:relay.example/28 ip6:2606::/16 -all'), 'relay.example': { A: ['93.184.216.33'] } },
        'ok',
        /./,
      ],
      [
        { 'post.example': { TXT: ['v=spf1 mx ip6:2606::/16 -all'], MX: ['5 mx.example'] }, 'mx.example': { A: [IP] } },
        'ok',
        /./,
      ],
      [spf('v=spf1 include:post.example -all'), 'wrong', /more than 10/],
      [spf('v=spf1 exists:%{i}.list.example -all'), 'unknown', /macros/],
      [spf('v=spf1 ptr -all'), 'unknown', /ptr/],
      [{ 'post.example': 'SERVFAIL' }, 'unknown', /ESERVFAIL/],
      [{ ...spf('v=spf1 a:lost.example -all'), 'lost.example': 'silence' }, 'unknown', /no answer within/],
    ],
    (dns) => checkSpf('post.example', [IP, IP6], dns),
  ));

test('DMARC needs a policy, of the domain or of those above it, and something that speaks for the sender', async (t) => {
  const none = { envelope: 'bounces.other.example', dkim: undefined };
  const under = (name: string, ...TXT: string[]): Zone => ({ [`_dmarc.${name}`]: { TXT } });
  await finds(
    t,
    [
      [{}, 'wrong', /no policy/, 'v=DMARC1; p=none'],
      [under('news.post.example', 'v=DMARC1; p=none'), 'ok', /p=none, and DKIM speaks.*quarantine/],
      [under('post.example', 'v=DMARC1; p=reject; sp=quarantine'), 'ok', /p=quarantine/],
      [under('post.example', 'v=DMARC1; p=reject; adkim=s'), 'wrong', /every mail fails/],
      [under('post.example', 'v=DMARC1; p=never'), 'wrong', /neither none/, 'v=DMARC1; p=none'],
      [under('post.example', 'v=DMARC1; p=none', 'v=DMARC1; p=reject'), 'wrong', /several/],
      [under('post.example', 'v=DMARC; p=none'), 'wrong', /no policy/],
      [{ '_dmarc.news.post.example': 'SERVFAIL' }, 'unknown', /ESERVFAIL/],
    ],
    (dns) => checkDmarc('news.post.example', { ...none, dkim: 'post.example' }, dns),
  );
  await finds(t, [[under('post.example', 'v=DMARC1; p=none'), 'wrong', /bounces\.other\.example/]], (dns) =>
    checkDmarc('post.example', none, dns),
  );
  await finds(t, [[under('post.example', 'v=DMARC1; p=none'), 'ok', /SPF speaks.*forwarded/]], (dns) =>
    checkDmarc('post.example', { ...none, envelope: 'bounces.post.example' }, dns),
  );
});

test('bounces need somewhere to go, and an address needs a name that leads back', async (t) => {
  await finds(
    t,
    [
      [{}, 'wrong', /no way back/, '10 in.post.example.'],
      [{ 'b.example': { MX: ['10 in.example'] }, 'in.example': { A: [IP] } }, 'ok', /in\.example/],
      [{ 'b.example': { MX: ['10 in.example'] } }, 'wrong', /no address/],
      [{ 'b.example': { MX: ['0 .'] } }, 'wrong', /takes no mail/],
      [{ 'b.example': { MX: ['10 in.example'] }, 'in.example': 'SERVFAIL' }, 'unknown', /ESERVFAIL/],
    ],
    (dns) => checkMx('b.example', 'in.post.example', dns),
  );
  const reverse = '34.216.184.93.in-addr.arpa';
  await finds(
    t,
    [
      [{}, 'wrong', /no name/, 'mail.post.example.'],
      [{ [reverse]: { PTR: ['mail.post.example'] }, 'mail.post.example': { A: [IP] } }, 'ok', /mail\.post\.example/],
      [{ [reverse]: { PTR: ['mail.post.example'] } }, 'wrong', /does not lead back/],
      [{ [reverse]: 'silence' }, 'unknown', /no answer/],
    ],
    (dns) => checkPtr(IP, 'mail.post.example', dns),
  );
});

test('a key counts when its public half is published, whatever kind it is', async (t) => {
  const folder = await tempDir(t);
  for (const kind of ['rsa', 'ed25519'] as const) {
    const { privateKey } =
      kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
    const keyFile = path.join(folder, `${kind}.pem`);
    await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const check = async (dns: Lookups) => {
      const [finding] = await checkDkim({ domain: 'post.example', keys: [{ selector: 'd1', keyFile }] }, dns);
      return finding as Finding;
    };
    const [right] = [(await check(createLookups([await dnsServer(t, {})]))).record?.value ?? ''];
    const at = (...TXT: string[]): Zone => ({ 'd1._domainkey.post.example': { TXT } });
    const key = /p=.*/.exec(right)?.[0] ?? '';
    await finds(
      t,
      [
        [{}, 'wrong', /not published/, right],
        [at(right), 'ok', /the one that signs/],
        [at(right.replace('p=', 't=y; p=')), 'ok', /testing/],
        [at(right.replace('p=', 'h=sha1; p=')), 'wrong', /SHA-256/],
        [at('v=DKIM1; p='), 'wrong', /revoked/],
        [at(right, right), 'wrong', /several/],
        [at(`v=DKIM1; k=${kind === 'rsa' ? 'ed25519' : 'rsa'}; ${key}`), 'wrong', /Another key/],
        [at(right.replace(/p=./, 'p=_')), 'wrong', /Another key/],
      ],
      check,
    );
  }
});
