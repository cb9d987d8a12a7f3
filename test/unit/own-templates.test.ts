import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { newEdition } from '../../src/editions/edition.ts';
import { alertView, digestView } from '../../src/editions/view.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Newsletter } from '../../src/newsletters/newsletter.ts';
import { checkTemplates } from '../../src/platform/view/check-templates.ts';
import { createEmails } from '../../src/platform/view/emails.ts';
import { createMessages } from '../../src/platform/view/messages.ts';
import { mailNames, readOwnTemplates } from '../../src/platform/view/own-templates.ts';
import { sampleBrand, sampleMails } from '../../src/platform/view/sample-mails.ts';
import { tempDir } from '../support/temp-dir.ts';

const OURS = path.join(import.meta.dirname, '../../templates');
const messages = createMessages();

async function folderOf(t: TestContext, files: Record<string, string | Buffer>): Promise<string> {
  const folder = await tempDir(t);
  for (const kind of ['emails', 'partials']) await mkdir(path.join(folder, kind));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** What is said of a folder, without its name; nothing when all is well. */
async function saidOf(folder: string): Promise<string[]> {
  try {
    await checkTemplates(readOwnTemplates(folder), messages, systemClock);
    return [];
  } catch (error) {
    const [, ...lines] = (error as Error).message.replaceAll(`${folder}/`, '').split('\n  ');
    return lines;
  }
}

const said = async (t: TestContext, files: Record<string, string | Buffer>) => saidOf(await folderOf(t, files));

test('every mail has invented data, of what it is really given', () => {
  assert.deepEqual(Object.keys(sampleMails).sort(), mailNames().sort());
  const newsletter = {
    name: 'Daily',
    sectionLimit: null,
    subjectTemplate: null,
    preheaderTemplate: null,
  } as Newsletter;
  const setting = { newsletter, brand: sampleBrand('en'), baseUrl: '', say: () => '' };
  const edition = newEdition({ newsletterId: 1, kind: 'digest', asOf: new Date('2026-11-24T07:00:00Z') });
  const views = { digest: digestView(edition, [], 'UTC', setting), breaking: alertView(edition, setting) };
  for (const [name, view] of Object.entries(views))
    for (const { data } of sampleMails[name] ?? [])
      assert.deepEqual(
        Object.keys(data).filter((key) => !(key in view)),
        [],
        name,
      );
});

test('a copy of our own templates makes the same mails', async (t) => {
  const folder = await tempDir(t);
  for (const kind of ['emails', 'partials'])
    await cp(path.join(OURS, kind), path.join(folder, kind), { recursive: true });
  assert.deepEqual(await saidOf(folder), []);
  const [own, ours] = [readOwnTemplates(folder), undefined].map((one) => createEmails(messages, systemClock, one));
  for (const [name, samples] of Object.entries(sampleMails))
    for (const { data } of samples) {
      const given = { ...data, brand: sampleBrand('uk'), baseUrl: 'https://news.example.org' };
      assert.deepEqual(await own?.render(name, given), await ours?.render(name, given), name);
    }
});

const WAYS_OUT = '%%unsubscribe_url%% %%preferences_url%%';
const mail = (...lines: string[]): string =>
  ['<mjml><mj-body><mj-section><mj-column>', ...lines, '</mj-column></mj-section></mj-body></mjml>'].join('\n');

const slips: [what: string, files: Record<string, string>, lines: string[]][] = [
  [
    'a tag that MJML does not know, behind what prints many lines, and in a partial',
    {
      'emails/breaking.mjml': mail(
        '{% comment %}',
        'of two lines {% endcomment -%}',
        '',
        '  {% for paragraph in body %}',
        '<mj-text>{{ paragraph }}</mj-text>{% endfor %}{% render "ours", words: headline %}',
        `<mj-txt>${WAYS_OUT}</mj-txt>`,
      ),
      'partials/ours.liquid': '{% if words %}\n\n<mj-text colour="red">{{ words }}</mj-text>\n{% endif %}',
    },
    [
      'partials/ours.liquid:3: mj-text: Attribute colour is illegal',
      "emails/breaking.mjml:7: Element mj-txt doesn't exist or is not registered",
    ],
  ],
  [
    'a tag that is left open, which MJML would pass over',
    { 'emails/reminder.mjml': mail('<mj-text>', '{{ confirmUrl }}', '<mj-divider />') },
    ['emails/reminder.mjml:5: </mj-column> closes no tag that is open here'],
  ],
  [
    'what Liquid cannot read, all of it',
    { 'emails/goodbye.txt': '{{ backUrl | shout }}\n\n{% frob %}\n', 'emails/reminder.txt': '\n{% if confirmUrl %}' },
    [
      'emails/goodbye.txt:1: undefined filter: shout',
      'emails/goodbye.txt:3: tag "frob" not found',
      'emails/reminder.txt:2: tag {% if confirmUrl %} not closed',
    ],
  ],
  [
    'a name and a message that are not there',
    { 'emails/my-link.txt': '{{ preferencesUrl }}\n{{ "mail.nowhere" | say }}\n{{ perferencesUrl }}' },
    [
      'emails/my-link.txt:3: nothing is called perferencesUrl in this mail. It is given brand, baseUrl, preferencesUrl, newsletters',
      'emails/my-link.txt:2: there is no message mail.nowhere in en',
      'emails/my-link.txt:2: there is no message mail.nowhere in ar',
    ],
  ],
  [
    'a part of an article that is not there',
    {
      'emails/digest.txt':
        '{{ lead.headlin }}{{ lead.url }}\n{% for article in stories %}{{ article.url }}{% endfor %}{% for article in more %}{{ article.url }}\n{{ article.section }}{% endfor %}%%unsubscribe_url%%%%preferences_url%%',
    },
    [
      'emails/digest.txt:1: lead has no headlin. It has headline, standfirst, url, kicker, byline, time, imageUrl, imageAlt, updated, correctionNote, since',
      'emails/digest.txt:3: article has no section. It has headline, standfirst, url, kicker, byline, time, imageUrl, imageAlt, updated, correctionNote, since',
    ],
  ],
  [
    'a mail without what it is for, or with what nobody fills',
    { 'emails/breaking.txt': '{{ headline }}', 'emails/new-address.txt': '{{ moveUrl }}\n%%unsubscribe_url%%' },
    [
      'emails/breaking.txt: %%unsubscribe_url%% must stand in it',
      'emails/breaking.txt: %%preferences_url%% must stand in it',
      'emails/new-address.txt:2: nothing fills %%unsubscribe_url%% in this mail',
    ],
  ],
  [
    'no MJML at all',
    { 'emails/goodbye.mjml': '{{ backUrl }}' },
    ['emails/goodbye.mjml: Parsing failed. Check your mjml.'],
  ],
];

for (const [what, files, lines] of slips)
  test(`it is told by file and line: ${what}`, async (t) => {
    assert.deepEqual((await said(t, files)).sort(), lines.sort());
  });

test('a template reads nothing but templates', async (t) => {
  const lines = await said(t, {
    'emails/goodbye.txt': [
      ...['../pages/frame', '/etc/passwd', 'emails/../../package', '..%2Fx', '', 'email-footer-text.liquid.bak'].map(
        (name) => `{% render "${name}" %}`,
      ),
      '{% assign name = "../../package.json" %}{% include name %}{% layout "../pages/layout" %}{{ backUrl }}',
    ].join('\n'),
    'emails/reminder.mjml': mail(
      '<mj-include path="/etc/passwd" type="html" />',
      '<mj-text>{{ confirmUrl }}</mj-text>',
    ),
  });
  assert.equal(lines.filter((line) => /^emails\/goodbye.txt:\d: there is no partial/.test(line)).length >= 6, true);
  assert.ok(lines.includes('emails/reminder.mjml:2: mj-include is not known here: name a partial with {% render %}'));
  assert.doesNotMatch(lines.join('\n'), /root:|daybreak"/);
});

test('a template that takes too much is refused, and takes no more', async (t) => {
  const lines = await said(t, {
    'partials/self.liquid': '{% render "self" %}{% render "self" %}',
    'emails/goodbye.txt': '{{ backUrl }}{% render "self" %}',
    'emails/reminder.txt': '{{ confirmUrl }}{% for n in (1..1000000000) %}.{% endfor %}',
    'emails/my-link.txt': `{% assign a = preferencesUrl %}{% for n in (1..99) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}{{ a | wrap }}`,
    'emails/new-address.txt': `{{ moveUrl }}{% for n in (1..900000) %}${'.'.repeat(9000)}{% endfor %}`,
    'emails/old-address.txt':
      '{{ keepUrl }}{% for n in (1..99999) %}{% for m in (1..99999) %}{% assign x = m %}{% endfor %}{% endfor %}',
    'emails/invitation.mjml': mail('{{ url }}', '{% for n in (1..90000) %}<mj-text>{{ n }}</mj-text>{% endfor %}'),
  });
  for (const name of ['goodbye', 'reminder', 'my-link', 'new-address', 'old-address', 'invitation'])
    assert.match(lines.join('\n'), new RegExp(`^(emails/${name}|partials/self)\\.[^ ]+: (it|templates)`, 'm'), name);
});

test('a folder is read whole or not at all, and never what lies outside of it', async (t) => {
  const folder = await folderOf(t, {
    'emails/digst.mjml': '',
    'emails/digest.html': '',
    'emails/goodbye.txt': Buffer.from([0xff, 0xfe]),
    'emails/reminder.txt': 'x'.repeat(300_000),
    'emails/.digest.mjml.swp': 'left behind',
    'emails/digest.mjml~': 'left behind',
    'partials/Ours.liquid': '',
  });
  await symlink('/etc/passwd', path.join(folder, 'emails/breaking.txt'));
  await symlink(path.join(OURS, 'partials'), path.join(folder, 'partials/out'));
  await symlink('nowhere', path.join(folder, 'emails/my-link.txt'));
  await mkdir(path.join(folder, 'emails/welcome.txt'));
  execFileSync('mkfifo', [path.join(folder, 'emails/welcome.mjml')]);
  const lines = (await saidOf(folder)).join('\n');
  for (const told of [
    ...['digst.mjml: there is no mail of this name', 'digest.html: no template has such a name'],
    ...['goodbye.txt: The encoded data was not valid', 'reminder.txt: it is larger than 256 kB'],
    ...['breaking.txt: it leads out of TEMPLATES_DIR', 'my-link.txt: ENOENT', 'welcome.txt: it is no file'],
    ...['welcome.mjml: it is no file', 'partials/Ours.liquid: no template', 'partials/out: no template'],
  ])
    assert.ok(lines.includes(told), `${told} in\n${lines}`);
  assert.doesNotMatch(lines, /left behind|~|swp|root:/);
});

test('links inside the folder are followed, as a cluster hands it out', async (t) => {
  const folder = await folderOf(t, { 'emails/goodbye.txt': 'Ours: {{ backUrl }}' });
  await rename(path.join(folder, 'emails'), path.join(folder, '..data'));
  await mkdir(path.join(folder, 'emails'));
  await symlink('../..data/goodbye.txt', path.join(folder, 'emails/goodbye.txt'));
  assert.deepEqual(await saidOf(folder), []);
  assert.deepEqual(await readdir(path.join(folder, 'emails')), ['goodbye.txt']);
});

test('a folder that is missing, empty or a file is told from one that changes nothing', async (t) => {
  const folder = await folderOf(t, {});
  assert.match((await saidOf(folder)).join(), /there is no template in `emails` or `partials`/);
  assert.match((await saidOf(path.join(folder, 'nowhere'))).join(), /no such file or directory/);
  await writeFile(path.join(folder, 'file'), '');
  assert.match((await saidOf(path.join(folder, 'file'))).join(), /not a directory/);
});
