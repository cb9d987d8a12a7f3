import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepLost } from '../../src/deliveries/sweep-lost.ts';
import { newsroom } from '../support/newsroom.ts';
import { linkIn } from '../support/reader.ts';
import { until } from '../support/until.ts';

const ANN = 'ann@example.org';

test('an article cannot carry a reader’s links off to another site', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader(ANN).subscribes(['daily']);
  const picture = 'https://elsewhere.example/p.png?u=%%preferences_url%%';
  await town.api('POST', '/articles', {
    url: 'https://post.example/a?u=%%unsubscribe_url%%',
    headline: 'Prices rise 5%%unsubscribe_url%%',
    image_url: picture,
  });
  await town.digestNow();
  const { parsed } = await ann.receives('Prices rise 5%%unsubscribe_url%%');
  const outward = `${parsed.html}${parsed.text}`.match(/https:\/\/(elsewhere|post)\.example[^"\s<]*/g) ?? [];
  assert.ok(outward.length > 1);
  for (const url of outward) assert.doesNotMatch(url, /127\.0\.0\.1/);
  assert.doesNotMatch(parsed.text ?? '', /rise 5http/);
});

test('articles of a cancelled digest come with the next one, and what was had before does not', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader(ANN).subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  await ann.receives('Library lends seeds');
  await town.settles();
  town.clock.advance(600);
  await town.publishes({ headline: 'Tide tables printed again' });
  town.relay.refuses(ANN, '451 4.3.0 later');
  const stopped = await town.digestNow();
  await town.reaches(stopped, { audience: 1, deferred: 1 });
  assert.equal((await town.api('POST', `/editions/${stopped}/cancel`)).status, 200);
  town.relay.accepts(ANN);
  town.clock.advance(600);
  await town.digestNow();
  const { parsed } = await ann.receives('Tide tables printed again');
  assert.doesNotMatch(parsed.text ?? '', /Library lends seeds/);
});

test('an import brings back nobody who left, even after somebody typed the address into a form', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader(ANN).subscribes(['daily']);
  const { parsed } = await ann.receives('Please confirm your subscription');
  assert.ok(parsed);
  await fetch(await town.leavingLink(ann), { method: 'POST', body: 'List-Unsubscribe=One-Click' });
  await ann.signsUp({ newsletters: ['daily'] });
  await assert.rejects(town.imports('daily', [ANN]), /"imported":0/);
  assert.deepEqual(await town.states(ANN), { daily: 'pending' });
});

test('imports of the same readers at the same moment wait for each other', async (t) => {
  const town = await newsroom(t, { workers: 'elsewhere' });
  const readers = Array.from({ length: 1000 }, (_, n) => `r${n}@example.org`);
  const importing = async (emails: string[]) => {
    const csv = ['email', ...emails].join('\n');
    const type = { 'Content-Type': 'text/csv' };
    return (await town.api('POST', '/subscribers/import?newsletter=daily&consent=moved', csv, type)).status;
  };
  for (let round = 0; round < 3; round += 1) {
    const orders = [readers, readers.toReversed(), readers, readers.toReversed()];
    assert.deepEqual(await Promise.all(orders.map(importing)), [200, 200, 200, 200]);
  }
});

test('an export can be imported elsewhere: who left stays away, odd addresses stay themselves', async (t) => {
  const town = await newsroom(t);
  const odd = '+plus@example.org';
  await town.imports('daily', [ANN, odd]);
  const { items } = (await town.api('GET', '/newsletters')).body as { items: unknown[] };
  assert.equal(items.length, 2);
  const ann = (await town.context.readers.idOf(ANN)) ?? 0;
  await town.context.subscribers.end(ann, 'all', { method: 'api' }, town.clock.now());
  const csv = await town.command('subscribers', 'export');

  const other = await newsroom(t);
  const query = new URLSearchParams({ newsletter: 'daily', consent: 'moved' });
  const report = await other.api('POST', `/subscribers/import?${query}`, csv, { 'Content-Type': 'text/csv' });
  assert.deepEqual({ imported: report.body.imported, rejected: report.body.rejected }, { imported: 1, rejected: 0 });
  assert.deepEqual(await other.states(odd), { daily: 'active' });
  assert.deepEqual(await other.states(ANN), {});
});

test('unticking every box of the hosted form is an error beside the boxes, not a wish for everything', async (t) => {
  const town = await newsroom(t);
  const answer = await fetch(`${town.url}/forms/1/sign-ups`, {
    method: 'POST',
    headers: { Accept: 'text/html' },
    body: new URLSearchParams({ email: ANN, newsletters: '' }),
  });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /Please choose at least one newsletter/);
  assert.deepEqual(await town.states(ANN), {});
});

test('undo brings back everything the last leaving ended', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader(ANN).subscribes();
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  const link = linkIn(await ann.receives('Library lends seeds'), '/unsubscribe/');
  const submit = (fields: Record<string, string>) => fetch(link, { method: 'POST', body: new URLSearchParams(fields) });
  await submit({ choice: 'all' });
  assert.deepEqual(await town.states(ANN), { daily: 'unsubscribed', breaking: 'unsubscribed' });
  await submit({ choice: 'undo' });
  assert.deepEqual(await town.states(ANN), { daily: 'active', breaking: 'active' });
});

test('who has left and signs up again at once gets a new confirmation', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader(ANN).subscribes(['daily']);
  town.clock.advance(30);
  await fetch(await town.leavingLink(ann), { method: 'POST', body: 'List-Unsubscribe=One-Click' });
  await ann.signsUp({ newsletters: ['daily'] });
  await town.mailsReach(2);
  assert.equal(ann.post.length, 2);
});

test('five hundred new articles still make a mail under 102 KB with its way out', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader(ANN).subscribes(['daily']);
  const articles = Array.from({ length: 500 }, (_, i) => ({
    url: `https://post.example/${i}`,
    headline: `Story number ${i}: ${'a long headline '.repeat(12)}`.trim(),
    standfirst: 'Words. '.repeat(100),
  }));
  await town.context.articles.upsert(articles, null, town.clock.now());
  await town.digestNow();
  await town.settles();
  const { raw, parsed } = ann.inbox[0] ?? assert.fail('no digest');
  assert.ok(Buffer.byteLength(String(parsed.html)) < 102 * 1024, `${String(parsed.html).length} bytes of HTML`);
  assert.match(raw, /List-Unsubscribe/);
});

test('a form that names its sites refuses sign-ups from others', async (t) => {
  const town = await newsroom(t);
  await town.api('PATCH', '/forms/1', { allowed_origins: ['https://post.example'] });
  const from = (origin: string) =>
    fetch(`${town.url}/forms/1/sign-ups`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin },
      body: JSON.stringify({ email: ANN }),
    });
  assert.equal((await from('https://elsewhere.example')).status, 403);
  assert.equal((await from('https://post.example')).status, 202);
  assert.equal((await from(town.url)).status, 202);
});

test('a newsletter that is switched off sends nothing by hand either', async (t) => {
  const town = await newsroom(t);
  await town.api('PATCH', '/newsletters/daily', { active: false });
  assert.equal((await town.api('POST', '/editions', { newsletter: 'daily' })).status, 409);
});

test('a relay slower than any patience does not make a live worker look dead', async (t) => {
  const town = await newsroom(t);
  await town.imports('breaking', [ANN]);
  town.relay.stallsAt('RCPT');
  const id = await town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.' });
  await town.relay.stalled();
  await town.context.pool.query("update deliveries set claimed_at = claimed_at - interval '10 minutes'");
  await sweepLost(town.context);
  town.relay.resumes();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
  assert.equal(town.relay.mails.length, 1);
});

test('a claim whose worker never heard of it is found in the end', async (t) => {
  const town = await newsroom(t);
  await town.imports('breaking', [ANN]);
  town.relay.refuses(ANN, '451 4.3.0 later');
  const id = await town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.' });
  await town.reaches(id, { audience: 1, deferred: 1 });
  town.relay.accepts(ANN);
  await town.context.pool.query(
    "update deliveries set state = 'sending', claimed_at = now() - interval '31 minutes', next_attempt_at = null",
  );
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
});

test('a message that cannot be composed just now is tried again, not given up', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', [ANN]);
  await town.publishes({ headline: 'Library lends seeds' });
  // Preflight would find it and stop the edition: here an editor has said that it goes as it is.
  await town.context.pool.query(`
    create function spoil() returns trigger language plpgsql as $$
    begin
      insert into edition_checks values (new.edition_id, '[]', now(), true);
      new.body_text := new.body_text || '%%nobody_knows%%';
      return new;
    end $$;
    create trigger spoil before insert on edition_variants for each row execute function spoil()`);
  const id = await town.digestNow();
  await until('the attempt was noted', async () => {
    const { items } = (await town.api('GET', `/editions/${id}/deliveries`)).body as { items: { reason: string }[] };
    return items[0]?.reason === 'could not be composed';
  });
  assert.deepEqual(await town.counts(id), { audience: 1, deferred: 1 });
  await town.context.pool.query("update edition_variants set body_text = replace(body_text, '%%nobody_knows%%', '')");
  town.clock.advance(300);
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
});
