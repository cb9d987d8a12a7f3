import type { TestContext } from 'node:test';
import { type Colleague, colleague } from './colleague.ts';
import { STORIES, type Words } from './gallery-words.ts';
import { type Newsroom, newsroom } from './newsroom.ts';
import { shownIn } from './page-form.ts';
import { linkIn, type Reader } from './reader.ts';
import type { RelayedMail } from './relay.ts';
import { until } from './until.ts';

export interface Sent extends RelayedMail {
  /** Of `templates/emails`. */
  template: string;
  /** A template may make several mails. */
  name: string;
}

const DAY_S = 86_400;
const SECTIONS = ['local', 'culture', 'sport'];

/** Every mail a newsroom sends, asked for and answered as readers and staff do, with all there is to show in it. */
export async function everyMail(t: TestContext, locale: keyof typeof STORIES): Promise<Sent[]> {
  const words = STORIES[locale];
  const town = await newsroom(t, { now: '2026-11-16T06:12:00Z' });
  const kim = await colleague(town, 'admin');
  await town.context.newsletters.changeBrand({
    ...{ name: words.name, locale, postal_address: `${words.name}, 1 Harbour Street, Exampleton` },
    ...{ logo_url: 'https://post.example/logo.png', logo_width: 180, logo_alt: words.name },
    social: [
      { label: 'Mastodon', url: 'https://post.example/@desk' },
      { label: 'RSS', url: 'https://post.example/feed' },
    ],
  });
  await town.api('PATCH', '/newsletters/daily', { reminder: true, welcome: true });
  const [ann, bob, wes] = ['ann', 'bob', 'wes'].map((name) => town.reader(`${name}@post.example`)) as [
    Reader,
    Reader,
    Reader,
  ];
  const sent: Sent[] = [];
  const takes = async (template: string, reader: Reader, act: () => Promise<unknown>, name = template) => {
    const before = reader.post.length;
    await act();
    const mail = await until(`${reader.email} has the ${name}`, () => reader.post[before]);
    sent.push({ ...mail, template, name });
    return mail;
  };

  // Who was away for some days gets a week, and who has just come, a day.
  await town.imports('daily', [wes.email]);
  for (const n of [0, 1, 2, 3]) {
    await publish(town, words, [n]);
    if (n === 0) await town.digestNow();
    await town.settles();
    town.clock.advance(DAY_S);
  }
  await town.imports('daily', [bob.email]);
  await town.imports('breaking', [bob.email]);
  await publish(town, words, [4, 5, 6, 7, 8, 9]);
  for (const [n, slug] of SECTIONS.entries())
    await town.context.pool.query('update topics set name = $1 where slug = $2', [words.topics[n], slug]);
  await takes('digest', wes, () => takes('digest', bob, () => town.digestNow()), 'digest-week');
  await takes('confirmation', ann, () => ann.signsUp());
  town.clock.advance(DAY_S + 60);
  const reminder = await takes('reminder', ann, () => town.sweeps());
  const welcome = await takes('welcome', ann, () => fetch(linkIn(reminder, '/confirm/'), { method: 'POST' }));
  town.clock.advance(DAY_S);
  await takes('already-subscribed', ann, () => ann.signsUp());
  const post = (to: string, fields: Record<string, string>) =>
    fetch(to, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
      headers: { Accept: 'text/html' },
    });
  await takes('my-link', ann, () => post(`${town.url}/my-link`, { email: ann.email }));
  const preferences = new URL(linkIn(welcome, '/preferences/')).pathname;
  const moved = town.reader('ann@home.example');
  await takes('new-address', moved, () =>
    takes('old-address', ann, () => post(`${town.url}${preferences}/address`, { email: moved.email })),
  );

  await publish(town, words, [0], '!');
  await town.digestNow();
  await town.settles();
  await alerts(town, kim, words, (name, act) => takes('breaking', bob, act, name));

  const leave = linkIn(
    await until('ann had an edition', () => ann.post.find(({ from }) => from.includes('+'))),
    '/unsubscribe/',
  );
  await post(leave, { choice: 'this' });
  await takes('goodbye', ann, () => post(leave, { choice: 'why', goodbye: '1' }));
  await takes('invitation', town.reader('lee@post.example'), () =>
    kim.post('/console/staff', { email: 'lee@post.example', name: 'Lee Marsh', role: 'editor' }),
  );
  return sent;
}

/** Stories, a minute apart and the first one last, with everything a story can have. */
async function publish(town: Newsroom, words: Words, which: number[], mark = ''): Promise<void> {
  for (const n of which.toReversed()) {
    const headline = `${words.headlines[n]}${mark}`;
    const { status, body } = await town.api('POST', '/articles', {
      ...{ url: `https://post.example/stories/${n}${mark}`, headline, published_at: town.clock.now().toISOString() },
      ...{ standfirst: `${words.standfirsts[n]}${mark}`, byline: words.bylines[n % 2], topics: [SECTIONS[n % 3]] },
      ...((n === 4 || n % 3 === 0) && { image_url: `https://post.example/pictures/${n}.jpg`, image_alt: headline }),
    });
    if (status !== 201) throw new Error(`publishing answered ${status} ${JSON.stringify(body)}`);
    town.clock.advance(60);
  }
}

type Takes = (name: string, act: () => Promise<unknown>) => Promise<unknown>;

/** An alert, and its correction. */
async function alerts(town: Newsroom, kim: Colleague, { alert, right }: Words, takes: Takes): Promise<void> {
  const wording = async (at: string) => shownIn(await kim.page(at), '[name=wording]');
  const release = async (place: string, fields: Record<string, string>) => {
    await kim.post(place, { newsletter: 'breaking', url: '', ...fields, wording: await wording(place) });
    await kim.post(`${place}/release`, { wording: await wording(place) });
  };
  const begun = await kim.post('/console/alerts', { newsletter: 'breaking' });
  const place = begun.headers.get('Location') ?? '';
  await takes('breaking', () => release(place, { ...alert, url: 'https://post.example/stories/storm' }));
  await town.settles();
  town.clock.advance(1800);
  const mend = (await kim.post(`/console/editions/${place.split('/').at(-1)}/correct`)).headers.get('Location') ?? '';
  await takes('correction', () => release(mend, { ...right, url: 'https://post.example/stories/storm' }));
}
