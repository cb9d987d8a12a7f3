import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/kernel/clock.ts';
import { languages } from '../../src/kernel/language.ts';
import type { Brand } from '../../src/platform/view/brand.ts';
import { ALONE, createCompositions, type Mail } from '../../src/platform/view/compositions.ts';
import { createMessages } from '../../src/platform/view/messages.ts';
import { createWorkshop, type Digest } from '../../src/platform/view/workshop.ts';

const SETS = 60;
/** Few, so that most sets are put together: the first of each arrangement is rendered whole. */
const SIZES = [1, 2, 7, 20];
const workshop = createWorkshop(createMessages(), systemClock);

const PLAIN = 'Ferry pilots vote on a winter timetable';
const MARKED = `<script>alert("1")</script> & '"> </mj-text> \u202e 🦭 {{ brand.name }} $& $1 <!--[if mso | IE]>`;
const WORDS = [
  ...[PLAIN, MARKED, 'بحارة العبّارات يصوّتون على جدول الشتاء', '港町'.repeat(60), ''],
  ...['%%unsubscribe_url%% %%cut%% %%subject%% 100%%', '- - - \n\n\n a line of its own \t '],
];

const CHANGES = ['correction', 'headline', 'standfirst'];

/** The same numbers for the same seed (mulberry32): a set that fails can be looked at again. */
function dice(seed: number) {
  let state = seed;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(roll() * limit);
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const shuffled = <T>(list: T[]): T[] =>
    list
      .map((item) => ({ item, at: roll() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  return { below, one, shuffled };
}

type Dice = ReturnType<typeof dice>;

const articlesOf = ({ one, below }: Dice) =>
  Array.from({ length: 25 }, (_, n) => ({
    headline: `${one(WORDS)} ${n}`,
    standfirst: one([...WORDS, PLAIN.repeat(9)]),
    url: `https://post.example/${n}?a=1&b=%%x%%"><i>`,
    kicker: one([null, '', 'Harbour', 'الميناء', MARKED]),
    byline: one([null, ...WORDS]),
    time: '06:12, London time',
    imageUrl: one([null, 'https://post.example/i.jpg?a=1&b=2']),
    imageAlt: one(WORDS),
    updated: below(3) === 0,
    correctionNote: one([null, null, ...WORDS]),
    since: one([null, null, ...CHANGES.map((kind) => ({ kind, words: one(WORDS) }))]),
  }));

function mailsOf(locale: string, random: Dice): Digest[] {
  const articles = articlesOf(random);
  const brand: Brand = {
    ...{ name: MARKED, accent: '#ffe600', postalAddress: '1 Harbour Street', timeZone: 'Europe/London' },
    ...{ rehearsal: false, confirmAbove: 10_000, locale },
    ...{ logo: null, social: [{ label: MARKED, url: 'https://post.example/@desk' }], headlines: 'book' },
  };
  const frame = { brand, newsletter: { slug: 'daily', name: MARKED }, baseUrl: 'https://news.example.org' };
  const edition = { ...frame, late: true, dateLine: 'Tuesday 24 November 2026', intro: [PLAIN, MARKED] };
  const week = locale === 'uk' || locale === 'ar' ? '17–24 November 2026' : null;
  return Array.from({ length: SETS }, () => {
    const [lead = {}, ...others] = random.shuffled(articles).slice(0, random.one(SIZES)) as ReturnType<
      typeof articlesOf
    >;
    const inFull = random.one([0, 3, 6]);
    const words = { subject: random.one(WORDS.filter(Boolean)), preheader: others[0]?.headline ?? 'Daily' };
    return { ...edition, week, ...words, lead, stories: others.slice(0, inFull), more: others.slice(inFull) };
  });
}

for (const locale of languages) {
  test(`mails put together from their cards are what is rendered whole, in ${locale}`, async () => {
    let wholes = 0;
    const compose = createCompositions({
      ...workshop,
      whole: (data) => {
        wholes += 1;
        return workshop.whole(data);
      },
    });
    const mails = mailsOf(locale, dice(locale.charCodeAt(0)));
    for (const mail of mails) {
      const [composed, whole] = [await compose(mail), await workshop.whole(mail)];
      for (const part of ['html', 'text'] as const) assert.equal(firstOther(composed[part], whole[part]), undefined);
    }
    const arrangements = new Set(mails.map(({ stories, more }) => `${stories.length} ${more.length}`));
    assert.ok(wholes <= ALONE + arrangements.size, `${wholes} of ${SETS} were rendered whole`);
  });
}

for (const [kind, unfit] of [
  ['cannot be cut', { inPieces: async () => undefined }],
  ['comes out otherwise in pieces', { joined: (): Mail => ({ html: 'another', text: 'mail' }) }],
] as const) {
  test(`a template that ${kind} is rendered whole`, async () => {
    const compose = createCompositions({ ...workshop, ...unfit });
    for (const mail of mailsOf('en', dice(1)).slice(0, 8))
      assert.deepEqual(await compose(mail), await workshop.whole(mail));
  });
}

test('a template of the newsroom that tells how many stories there are is rendered whole', async () => {
  const ours = readFileSync(path.join(import.meta.dirname, '../../templates/emails/digest.mjml'), 'utf8');
  const counting = ours.replace('{{ cutTag | raw }}', '<mj-raw>{{ stories.size }} stories</mj-raw>{{ cutTag | raw }}');
  assert.notEqual(counting, ours);
  const files = new Map([['emails/digest.mjml', { path: '/ours/emails/digest.mjml', text: counting }]]);
  const theirs = createWorkshop(createMessages(), systemClock, { folder: '/ours', files });
  const compose = createCompositions(theirs);
  for (const mail of mailsOf('en', dice(3)).slice(0, 20)) {
    const { html } = await compose(mail);
    assert.ok(html.includes(`${mail.stories.length} stories`));
    assert.equal(html, (await theirs.whole(mail)).html);
  }
});

test('an article that could not be laid out is tried again, and takes no other mail away', async () => {
  let fails = true;
  const compose = createCompositions({
    ...workshop,
    inPieces: (shared, card) => (fails ? Promise.reject(new Error('out of ink')) : workshop.inPieces(shared, card)),
  });
  const [mail, ...others] = mailsOf('en', dice(2));
  assert.ok(mail);
  for (const other of others.slice(0, ALONE)) await compose(other);
  await assert.rejects(compose(mail), /out of ink/);
  fails = false;
  assert.deepEqual(await compose(mail), await workshop.whole(mail));
});

/** The first line that is another: all of them would fill the screen. */
function firstOther(
  text: string,
  expected: string,
): { line: string | undefined; expected: string | undefined } | undefined {
  const [lines, others] = [text.split('\n'), expected.split('\n')];
  const at = (lines.length > others.length ? lines : others).findIndex((_, n) => lines[n] !== others[n]);
  return at < 0 ? undefined : { line: lines[at], expected: others[at] };
}
