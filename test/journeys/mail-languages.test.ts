import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { sentFrom, shownIn } from '../support/page-form.ts';
import { linkIn, type Reader } from '../support/reader.ts';
import type { RelayedMail } from '../support/relay.ts';

const WORDS = { newsletter: 'breaking', headline: 'Storm closes the bridge', text: 'Both ways.', url: '' };
const DAY_S = 86_400;

test('a newsletter’s mails speak its language, from the confirmation to the goodbye', async (t) => {
  const town = await newsroom(t);
  await town.api('PATCH', '/newsletters/daily', { language: 'fr', reminder: true, welcome: true });
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'] });
  const confirmation = await ann.receives('Veuillez confirmer votre abonnement');
  speaks(confirmation, 'fr', 'Le lien fonctionne pendant 7 jours.');
  town.clock.advance(DAY_S + 60);
  await town.sweeps();
  const reminder = await ann.receives('Votre abonnement vous attend toujours');
  speaks(reminder, 'fr', 'ce rappel était le seul');
  await fetch(linkIn(reminder, '/confirm/'), { method: 'POST' });
  speaks(await ann.receives('Bienvenue dans Daily digest'), 'fr', /\d\d:\d\d \(heure : Royaume-Uni\)/);

  await town.publishes({ headline: 'Ferry pilots vote' });
  await town.digestNow();
  const digest = await ann.receives('Ferry pilots vote');
  speaks(digest, 'fr', /à la suite de votre inscription à Daily digest, de/);
  assert.match(digest.parsed.text ?? '', /Daily digest · \w+di \d+ novembre 2026/);
  assert.doesNotMatch(`${digest.parsed.text}${digest.parsed.html}`, /London|Unsubscribe|Read the/);
  const kept = await fetch(`${town.url}/archive/daily/${(await town.editions()).at(-1)?.id}`);
  assert.match(await kept.text(), /<html lang="fr".*Lire l’article complet/s, 'the archive keeps what was sent');

  await fetch(`${town.url}/my-link`, { method: 'POST', body: new URLSearchParams({ email: ann.email }) });
  speaks(await ann.receives('Le lien vers vos newsletters'), 'fr', 'Ce lien vous est personnel');
});

test('a reader’s own language goes before a newsletter’s, and nobody is mailed in another reader’s', async (t) => {
  const town = await newsroom(t);
  const [ann, bob] = [await town.reader('ann@example.org').subscribes(), town.reader('bob@example.org')];
  await bob.subscribes();
  await town.api('PATCH', '/newsletters/daily', { language: 'fr' });
  await chooses(town, ann, 'uk');
  town.clock.advance(DAY_S);
  await ann.signsUp();
  speaks(await ann.receives('Ви вже підписані'), 'uk', 'Нічого не змінилося.');
  // Ann wants her newsletters sent to an address that is Bob's: he has his link, and learns nothing of her.
  const preferences = linkIn(ann.post.at(-1) as RelayedMail, '/preferences/');
  const asked = await fetch(new URL(`${new URL(preferences).pathname}/address`, town.url), {
    ...{ method: 'POST', body: new URLSearchParams({ email: bob.email }), redirect: 'manual' },
  });
  assert.equal(asked.status, 303);
  speaks(await bob.receives('Le lien vers vos newsletters'), 'fr', 'Daily digest');
  speaks(await ann.receives('Вашу адресу незабаром буде змінено'), 'uk', 'b…');
});

test('the desk sees an alert, its test and its correction as readers get them; staff words stay English', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await town.api('PATCH', '/newsletters/breaking', { language: 'ar' });
  await town.imports('breaking', ['ann@example.org']);
  const ann = town.reader('ann@example.org');
  const begun = await kim.post('/console/alerts', { newsletter: 'breaking' });
  const place = begun.headers.get('Location') ?? '';
  const wording = async (at: string) => shownIn(await kim.page(at), '[name=wording]');
  await kim.post(place, { ...WORDS, wording: await wording(place) });
  assert.match(await kim.page(`${place}/preview`), /<html lang="ar" dir="rtl".*>عاجل<.*إلغاء الاشتراك/s);
  assert.match(await kim.page(place), /<html lang="en/);
  await kim.post(`${place}/test`);
  speaks(await town.reader(kim.email).receives('[Test] Storm closes the bridge'), 'ar', 'عاجل');
  await kim.post(`${place}/release`, { wording: await wording(place) });
  speaks(await ann.receives('Storm closes the bridge'), 'ar', /\(توقيت المملكة المتحدة\)، الجمعة/);

  const mend = (await kim.post(`/console/editions/${place.split('/').at(-1)}/correct`)).headers.get('Location') ?? '';
  const right = { ...WORDS, headline: 'One lane', wrong: 'The bridge is open.' };
  await kim.post(mend, { ...right, wording: await wording(mend) });
  await kim.post(`${mend}/release`, { wording: await wording(mend) });
  speaks(await ann.receives('تصحيح: One lane'), 'ar', /كتبنا إليك في .* «Storm closes the bridge»/);
});

test('an admin chooses the language on the newsletter’s page, and the API refuses one that nothing speaks', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const place = '/console/newsletters/daily';
  const saves = async (language: string) => kim.post(place, sentFrom(await kim.page(place), { language }));
  assert.match(await kim.page(place), /own \(English\)<\/option>.*lang="uk">українська<.*lang="ar">العربية</s);
  assert.equal((await saves('uk')).status, 303);
  assert.match(await kim.page(place), /<option value="uk" lang="uk" selected>/);
  assert.match(await kim.page('/console/audit?act=newsletter.change'), /language&#34;:null.*language&#34;:&#34;uk/s);
  const languageOf = async () => (await town.api('GET', '/newsletters/daily')).body.language;
  assert.equal(await languageOf(), 'uk');
  const refused = await saves('tlh');
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /id="language-error"[^<]*>.*en, fr, uk, ar/s);
  assert.equal((await town.api('PATCH', '/newsletters/daily', { language: 'de' })).status, 400);
  assert.equal((await saves('')).status, 303);
  assert.equal(await languageOf(), null);
});

/** Both parts of a mail, and nothing of what it says in another language. */
function speaks(mail: RelayedMail, language: string, words: string | RegExp): void {
  const { text = '', html } = mail.parsed;
  assert.match(String(html), new RegExp(`<html lang="${language}"`));
  const said = text.replaceAll(/\s+/g, ' ');
  assert.ok(typeof words === 'string' ? said.includes(words) : words.test(said), said);
}

/** No page asks for it here. */
const chooses = (town: Newsroom, reader: Reader, language: string) =>
  town.context.pool.query('update subscribers set language = $1 where email = $2', [language, reader.email]);
