import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { colleague } from '../support/colleague.ts';
import { dnsServer, type Zone } from '../support/dns.ts';
import { newsroom } from '../support/newsroom.ts';
import { smtpRelay } from '../support/relay.ts';
import { RELAY_CERTIFICATE as cert, RELAY_KEY as key } from '../support/relay-certificate.ts';
import { tempDir } from '../support/temp-dir.ts';

const NOW = '/console/deliverability?check=now';

async function signingKey(t: TestContext): Promise<Record<string, string>> {
  const keyFile = path.join(await tempDir(t), 'dkim.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { DKIM_DOMAIN: 'post.example', DKIM_SELECTOR: 'd1', DKIM_PRIVATE_KEY_FILE: keyFile };
}

/** `SPF bounces.post.example` → `Wrong` */
const standings = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<h3>(.*?) <small>(.*?)<\/small><\/h3>\s*<span class="status[^"]*">([^<]+)/g)].map(
      ([, what = '', of = '', standing = '']) => [`${what} ${of}`.trim(), standing],
    ),
  );

/** The records that the page asks for, as a zone file would take them. */
function publishes(zone: Zone, page: string): void {
  for (const [, record = ''] of page.matchAll(/<code>([^<]+)<\/code>/g)) {
    const [, name = '', type = '', data = ''] =
      /^(\S+)\. (TXT|MX) (.+)$/s.exec(record.replaceAll(/&#34;|&quot;/g, '"')) ?? [];
    const value = type === 'TXT' ? data.replace(/^"|"$/g, '').replaceAll('" "', '') : data.replace(/\.$/, '');
    zone[name] = { ...Object(zone[name]), [type]: [value.replace('THE-ADDRESS-OF-YOUR-RELAY', '127.0.0.1')] };
  }
}

test('what the page says to publish makes it content', async (t) => {
  const zone: Zone = {};
  const relay = await smtpRelay(t, { key, cert });
  const town = await newsroom(t, {
    env: { ...(await signingKey(t)), DNS_SERVERS: await dnsServer(t, zone), SMTP_URL: relay.url },
  });
  await town.api('PATCH', '/newsletters/daily', { from_address: 'news@post.example' });
  const kim = await colleague(town, 'viewer');
  const before = await kim.page('/console/deliverability');
  for (const name of ['bounces.post.example', 'd1._domainkey.post.example', new URL(relay.url).hostname])
    assert.ok(before.includes(name), name);
  assert.deepEqual(standings(before), {}, 'nothing is looked at before somebody asks');

  const wrong = await kim.page(NOW);
  const { host } = new URL(relay.url);
  const about = [
    'SPF bounces.post.example',
    'DKIM d1._domainkey.post.example',
    'DMARC post.example',
    'MX bounces.post.example',
  ];
  assert.deepEqual(standings(wrong), {
    ...Object.fromEntries(about.map((what) => [what, 'Wrong'])),
    'DMARC bounces.post.example': 'Wrong',
    'PTR 127.0.0.1': 'Not known',
    [`TLS ${host}`]: 'Wrong',
  });
  assert.match(wrong, /certificate is not believed/);

  publishes(zone, wrong);
  zone['inbound.bounces.post.example'] = { A: ['127.0.0.1'] };
  zone['1.0.0.127.in-addr.arpa'] = { PTR: ['mail.post.example'] };
  zone['mail.post.example'] = { A: ['127.0.0.1'] };
  setDefaultCACertificates([...getCACertificates(), cert]);
  const right = await kim.page(NOW);
  assert.deepEqual([...new Set(Object.values(standings(right)))], ['Right'], JSON.stringify(standings(right)));
  assert.match(right, /TLSv1\.3 with a valid certificate/);
  assert.match(right, /<b>7 right, 0 wrong, 0 not known\.<\/b>/);
});

test('the latest mail is looked at without being sent, and its address of one click is opened, not used', async (t) => {
  const town = await newsroom(t, { env: { ...(await signingKey(t)), DNS_SERVERS: await dnsServer(t, {}) } });
  const kim = await colleague(town, 'viewer');
  assert.match(await kim.page(NOW), /No edition has been sent yet/);
  await town.api('PATCH', '/newsletters/daily', { from_address: 'news@post.example' });
  await town.imports('daily', ['ann@example.org']);
  await town.publishes({ headline: '"><script>alert(1)</script>' });
  const id = await town.digestNow();
  await town.reaches(id, { audience: 1, accepted: 1 });
  const sent = town.relay.mails.length;

  const page = await kim.page(NOW);
  const { 'List-Unsubscribe': link, ...others } = Object.fromEntries(
    Object.entries(standings(page)).filter(([what]) => !/^(SPF|DKIM d1|DMARC|MX|PTR|TLS)\b/.test(what)),
  );
  assert.equal(link, 'Wrong', 'the test’s address is not https');
  assert.deepEqual(
    others,
    Object.fromEntries(
      [
        ...['List-Unsubscribe-Post', 'DKIM covers both', 'From and signature', 'Message-ID', 'Feedback-ID'],
        ...['Auto-Submitted', 'Text and HTML', 'Size of the HTML', 'One-click address'],
      ].map((what) => [what, 'Right']),
    ),
  );
  assert.match(page, /no STARTTLS, and needs none/);
  assert.doesNotMatch(page, /<script>alert|ann@example|\/unsubscribe\//);
  assert.equal(town.relay.mails.length, sent);
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'active' });
  assert.equal((await kim.get('/console/deliverability?check=now&check=now')).status, 200);
});

test('where nothing is signed, reached or answered, the page says so and stays whole', async (t) => {
  const env = {
    DNS_SERVERS: await dnsServer(t, { 'bounces.post.example': 'silence' }),
    SMTP_URL: 'smtp://127.0.0.1:1',
  };
  const town = await newsroom(t, { env });
  const kim = await colleague(town, 'viewer');
  assert.deepEqual(standings(await kim.page(NOW)), {
    'SPF bounces.post.example': 'Not known',
    'DKIM every mail': 'Wrong',
    'DMARC bounces.post.example': 'Wrong',
    'MX bounces.post.example': 'Not known',
    'PTR 127.0.0.1': 'Not known',
    'TLS 127.0.0.1:1': 'Not known',
  });
  const nameless = await newsroom(t, { env: { BOUNCE_DOMAIN: '' } });
  const page = await (await colleague(nameless, 'viewer')).page(NOW);
  assert.deepEqual(standings(page), { 'Domain daybreak.localhost': 'Wrong' });
});
