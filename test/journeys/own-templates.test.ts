import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { colleague } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

async function folderOf(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await tempDir(t);
  for (const kind of ['emails', 'partials']) await mkdir(path.join(folder, kind));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

const DIGEST = `<mjml lang="{{ brand.locale }}">
  <mj-body>
    {% render 'email-masthead', brand: brand %}
    <mj-section><mj-column>
      <mj-text><a href="{{ lead.url }}">{{ lead.headline }}</a> and {{ stories.size }} more</mj-text>
      {% for article in stories %}
      <mj-text><a href="{{ article.url }}">{{ article.headline }}</a></mj-text>
      {% endfor %}
      {% for article in more %}<mj-text><a href="{{ article.url }}">{{ article.headline }}</a></mj-text>{% endfor %}
      <mj-text><a href="%%unsubscribe_url%%">Enough</a> <a href="%%preferences_url%%">Other times</a></mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>
`;
const MASTHEAD = `<mj-section><mj-column><mj-text>The Harbour Bell of {{ brand.name }}</mj-text></mj-column></mj-section>`;

test('a mail with a slot that nothing fills leaves nobody’s newsroom before an editor says so', async (t) => {
  const holed = DIGEST.replace(
    '<mj-text>',
    '<mj-text>{% if lead.headline contains "Ferry" %}Dear %%first_name%%,{% endif %}',
  );
  const folder = await folderOf(t, { 'emails/digest.mjml': holed });
  const town = await newsroom(t, { env: { TEMPLATES_DIR: folder } });
  await town.imports('daily', ['ann@example.org']);
  await town.publishes({ headline: 'Ferry votes' });
  const id = await town.digestNow();
  await until('it is stopped', async () => (await town.edition(id)).status === 'paused');
  assert.equal(town.reader('ann@example.org').inbox.length, 0);
  const kim = await colleague(town, 'editor');
  const page = `/console/editions/${id}`;
  assert.match(await kim.page(page), /asks for %%first_name%%, which nothing fills/);
  assert.equal((await kim.post(`${page}/resume`)).status, 303);
  await until('it is stopped again', async () => (await town.edition(id)).status === 'paused');
  assert.equal(town.reader('ann@example.org').inbox.length, 0);
});

test('a newsroom lays its own templates before ours, and every mail goes out in them', async (t) => {
  const folder = await folderOf(t, { 'emails/digest.mjml': DIGEST, 'partials/email-masthead.liquid': MASTHEAD });
  const town = await newsroom(t, { env: { TEMPLATES_DIR: folder } });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  assert.match(String((await ann.receives('Please confirm your subscription')).parsed.html), /The Harbour Bell of/);

  const hostile = `<script>alert(1)</script> {{ brand.name }} <mj-include path="/etc/passwd" /> %%unsubscribe_url%%`;
  for (const headline of [hostile, 'Tide tables printed', 'Ferry votes']) await town.publishes({ headline });
  const kim = await colleague(town, 'editor');
  assert.match(await kim.page('/console/digests/daily/2026-11-21'), /Ferry votes/);
  const preview = path.join(await tempDir(t), 'preview.html');
  await town.command('preview', '--newsletter', 'daily', '--out', preview);
  const nowhere = town.command('preview', '--newsletter', 'daily', '--out', `${preview}/beyond`);
  await assert.rejects(nowhere, /--out cannot be written: ENOTDIR/);

  await town.goesTo('2026-11-21T07:00:00Z');
  const digest = await until('the digest has come', () => ann.inbox[0]);
  const html = String(digest.parsed.html);
  assert.match(html, /The Harbour Bell of/);
  assert.match(html, /Ferry votes<\/a> and 2 more/);
  assert.match(html, /\{\{ brand\.name \}\} &lt;mj-include path=/);
  assert.doesNotMatch(html, /<script|<mj-|root:|%%[a-z]/);
  assert.match(html, /href="[^"]*\/unsubscribe\/[^"]*">Enough/);
  // The text part was not replaced.
  assert.match(String(digest.parsed.text), /Ferry votes[\s\S]*Unsubscribe/);
  assert.equal((await ann.unsubscribesByOneClick(digest)).status, 200);

  const doctor = await town.command('doctor');
  assert.match(doctor, /✓ templates from .*: emails\/digest\.mjml, partials\/email-masthead\.liquid/);
  assert.match(doctor, /! emails\/digest\.mjml has no cuts/);
});

test('nothing starts, and no preview is shown, while a template cannot be used', async (t) => {
  const folder = await folderOf(t, {
    'emails/digest.mjml': DIGEST.replaceAll('mj-text', 'mj-tekst'),
    'emails/breaking.txt': '{{ headline }}\n{% if url %}',
  });
  const env = {
    TEMPLATES_DIR: folder,
    DATA_DIR: path.join(await tempDir(t), 'data'),
    PORT: '0',
    INBOUND_SMTP_PORT: '0',
  };
  for (const words of [['up'], ['doctor'], ['preview', '--newsletter', 'daily']]) {
    const refused = await promisify(execFile)(process.execPath, [main, ...words], { env }).catch((error) => error);
    assert.equal(refused.code, 1, words[0]);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /^daybreak: The templates in TEMPLATES_DIR cannot be used:\n/);
    assert.match(refused.stderr, /emails\/digest\.mjml:5: Element mj-tekst doesn't exist/);
    assert.match(refused.stderr, /emails\/breaking\.txt:2: tag .* not closed/);
    assert.doesNotMatch(refused.stderr, /\n +at /);
  }
});
