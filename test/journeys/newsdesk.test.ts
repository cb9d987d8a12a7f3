import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fanOut } from '../../src/editions/fan-out.ts';
import { type Colleague, colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';

const WORDS = {
  newsletter: 'breaking',
  headline: 'Storm closes the bridge',
  text: 'Both ways, until Friday.',
  url: '',
};

async function draftOf(kim: Colleague, url = ''): Promise<string> {
  const begun = await kim.post('/console/alerts', { url, newsletter: 'breaking' });
  assert.equal(begun.status, 303);
  return begun.headers.get('Location') ?? '';
}

/** What the page shows, and so what is approved or released. */
const seenBy = async (who: Colleague, place: string) => ({
  wording: /name="wording" value="(\d+)"/.exec(await who.page(place))?.[1] ?? '',
});
const saves = async (who: Colleague, place: string, words: Record<string, string>) =>
  who.post(place, { ...(await seenBy(who, place)), ...words });
const releases = async (who: Colleague, place: string, more = {}) =>
  who.post(`${place}/release`, { ...(await seenBy(who, place)), ...more });

const idOf = (place: string): number => Number(place.split('/').at(-1));
/** What the page it leads to will say was done. */
const doneOf = (answer: Response) => [
  answer.status,
  /^daybreak\.done=[^;]*%20([a-z.-]+)/m.exec(answer.headers.getSetCookie().join('\n'))?.[1],
];

async function desk(t: Parameters<typeof newsroom>[0], options = {}): Promise<{ town: Newsroom; kim: Colleague }> {
  const town = await newsroom(t, options);
  const kim = await colleague(town, 'editor');
  await town.imports('breaking', ['ann@example.org', 'bob@example.org']);
  return { town, kim };
}

test('the checks of an alert say when its article is held back, or gone', async (t) => {
  const { town, kim } = await desk(t);
  const url = 'https://post.example/bridge';
  const id = await town.publishes({ headline: 'Bridge shut by storm', url });
  const place = await draftOf(kim, url);
  await town.api('PATCH', `/articles/${id}`, { publish_after: '2036-01-01T00:00:00Z' });
  assert.match(await kim.page(`${place}?checks=run`), /The article is still under embargo\./);
  await town.api('DELETE', `/articles/${id}`);
  assert.match(await kim.page(`${place}?checks=run`), /The article was withdrawn\./);
});

test('an article becomes an alert; called back nobody gets it, released again everybody does', async (t) => {
  const { town, kim } = await desk(t, { env: { UNDO_SECONDS: '30' } });
  const url = 'https://post.example/bridge';
  await town.publishes({ headline: 'Bridge shut by storm', url, standfirst: 'Both ways, until Friday.' });
  const place = await draftOf(kim, url);
  const page = await kim.page(place);
  for (const word of ['Bridge shut by storm', 'Both ways, until Friday.', url, '2 readers'])
    assert.ok(page.includes(word), word);
  // A browser ends its lines like this.
  await saves(kim, place, { ...WORDS, url, text: 'Both ways.\r\n\r\nUntil Friday.' });
  assert.match(
    await kim.page(`${place}/preview`),
    /Storm closes the bridge.*Both ways\.<\/div>.*Until Friday\.<\/div>/s,
  );
  assert.match(await kim.page(`${place}/preview?look=text`), /\nBoth ways\.\n\nUntil Friday\.\n/);
  const unsaved = await kim.post(`${place}/preview`, { ...WORDS, headline: 'Not saved yet' });
  assert.match(await unsaved.text(), /Not saved yet/);
  assert.doesNotMatch(await kim.page(place), /Not saved yet/);
  assert.deepEqual(doneOf(await kim.post(`${place}/test`)), [303, 'alert.test']);
  const proof = await town.reader(kim.email).receives('[Test] Storm closes the bridge');
  assert.match(proof.parsed.text ?? '', /Until Friday/);
  assert.match(await kim.page(`${place}?checks=run`), /The story’s address does not answer/);

  assert.deepEqual(doneOf(await releases(kim, place)), [303, 'alert.release']);
  assert.match(await kim.page(place), /<b>30<\/b>/);
  assert.equal((await saves(kim, place, WORDS)).status, 409, 'what counts down is not changed');
  assert.deepEqual(doneOf(await kim.post(`${place}/undo`)), [303, 'alert.undo']);
  town.clock.advance(60);
  // The job that was to release it comes all the same.
  await fanOut({ editionId: idOf(place), part: 0 }, town.context);
  assert.equal((await town.edition(idOf(place))).status, 'draft');
  assert.equal(town.reader('ann@example.org').inbox.length, 0);

  await releases(kim, place);
  town.clock.advance(31);
  await town.sweeps();
  await town.reaches(idOf(place), { audience: 2, accepted: 2 });
  const late = await kim.post(`${place}/undo`);
  assert.notEqual(doneOf(late)[1], 'alert.undo');
});

test('where a second person is wanted, nobody releases their own words, and a change undoes the approval', async (t) => {
  const { town, kim } = await desk(t);
  await town.api('PATCH', '/newsletters/breaking', { needs_approval: true });
  const lee = await colleague(town, 'editor', 'lee@post.example');
  const admin = await colleague(town, 'admin');
  const place = await draftOf(kim);
  await saves(kim, place, WORDS);
  assert.equal((await releases(kim, place)).status, 409);
  assert.equal((await lee.post(`${place}/approve`, { wording: '2' })).status, 409, 'nobody has asked');
  await kim.post(`${place}/want-approval`);
  assert.equal((await kim.post(`${place}/approve`, { wording: '2' })).status, 403, 'not one’s own');
  const stale = await seenBy(lee, place);
  await saves(kim, place, { ...WORDS, text: 'Words that Lee has not seen.' });
  await kim.post(`${place}/want-approval`);
  assert.equal((await lee.post(`${place}/approve`, stale)).status, 409, 'not what was looked at');
  await saves(admin, place, { ...WORDS, text: 'Words that Lee has not seen.' });
  assert.equal((await lee.post(`${place}/approve`, await seenBy(lee, place))).status, 303);
  await saves(kim, place, { ...WORDS, text: 'Quite something else.' });
  assert.equal((await releases(kim, place)).status, 409, 'what was approved was something else');
  assert.equal(
    (await releases(kim, place, { wording: '4', break_glass: 'yes' })).status,
    409,
    'the glass is for admins',
  );
  const viaApi = await town.api('POST', '/alerts', { newsletter: 'breaking', headline: 'x', text: 'y' });
  assert.equal(viaApi.body.code, 'approval-needed');

  assert.equal((await releases(admin, place)).status, 409);
  assert.equal((await releases(admin, place, { break_glass: 'yes' })).status, 303);
  await town.reaches(idOf(place), { audience: 2, accepted: 2 });
  assert.match(await admin.page('/console/audit?act=alert.release'), /brokeGlass/);
});

test('what stands in an alert runs nowhere', async (t) => {
  const { kim } = await desk(t);
  const place = await draftOf(kim);
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
  await saves(kim, place, { ...WORDS, headline: hostile, text: hostile });
  for (const at of [place, '/console', `${place}/preview`]) {
    const page = await kim.page(at);
    assert.doesNotMatch(page, /<script>alert|<img src=x/, at);
  }
  assert.match((await kim.get(`${place}/preview`)).headers.get('Content-Security-Policy') ?? '', /sandbox/);
  const words = await saves(kim, place, { ...WORDS, headline: '' });
  assert.equal(words.status, 400);
  assert.match(await words.text(), /Both ways, until Friday/, 'what was typed stays');
});

test('an edition is watched, paused, resumed and cancelled at half; every reader is found', async (t) => {
  const { town, kim } = await desk(t);
  const viewer = await colleague(town, 'viewer');
  const everybody = Array.from({ length: 60 }, (_, n) => `r${n}@example.org`);
  await town.imports('breaking', everybody);
  town.relay.refuses('r7@example.org', '550 5.1.1 no such user');
  const place = await draftOf(kim);
  await saves(kim, place, WORDS);
  await releases(kim, place);
  const id = idOf(place);
  await town.settles();
  const seen = await viewer.page(`/console/editions/${id}`);
  assert.match(seen, /Storm closes the bridge/);
  const sought = await viewer.page(`/console/editions/${id}?q=R7%40example.org`);
  assert.match(sought, /r7@example\.org<\/a><\/td><td>failed<\/td><td>address does not exist/);
  assert.doesNotMatch(sought, /r8@example/);
  assert.match(await viewer.page(`/console/editions/${id}?state=failed`), /550 5\.1\.1 no such user/);
  assert.match(await viewer.page(`/console/editions/${id}?q=nobody%40example.org`), /No delivery fits/);

  const twice = await viewer.get(`/console/editions/${id}?q=a&q=b&state=x&state=y`);
  assert.equal(twice.status, 200, 'a field sent twice breaks nothing');

  const dropped = await draftOf(kim);
  assert.match(await kim.page(dropped), /Discard this draft/);
  await kim.post(`/console/editions/${idOf(dropped)}/cancel`);
  assert.equal((await town.edition(idOf(dropped))).status, 'cancelled');

  const second = await draftOf(kim);
  await saves(kim, second, WORDS);
  const other = idOf(second);
  const press = async (who: Colleague, what: string) => (await who.post(`/console/editions/${other}/${what}`)).status;
  assert.equal(await press(kim, 'pause'), 409, 'a draft is not under way');
  for (const email of everybody.slice(30)) town.relay.refuses(email, '451 4.2.0 later');
  await releases(kim, second);
  await town.reaches(other, { audience: 62, accepted: 31, deferred: 30, skipped: 1 });
  assert.equal(await press(viewer, 'pause'), 403);
  assert.deepEqual([await press(kim, 'pause'), (await town.edition(other)).status], [303, 'paused']);
  assert.deepEqual([await press(kim, 'resume'), (await town.edition(other)).status], [303, 'sending']);
  assert.deepEqual([await press(kim, 'cancel'), (await town.edition(other)).status], [303, 'cancelled']);
  // What was accepted stays accepted, the dead address was left out, and the rest is not sent.
  await town.reaches(other, { audience: 62, accepted: 31, skipped: 31 });
  assert.match(await viewer.page(`/console/editions/${other}?state=skipped`), /cancelled/);
  assert.match(await kim.page('/console'), new RegExp(`/console/editions/${id}"`));
});

test('whoever watches an edition hears of it, and nobody does without a session', async (t) => {
  const { town, kim } = await desk(t, { env: { UNDO_SECONDS: '30' } });
  const place = await draftOf(kim);
  await saves(kim, place, WORDS);
  await releases(kim, place);
  const Accept = 'text/event-stream';
  for (const at of [place, `/console/editions/${idOf(place)}`]) {
    const stranger = await fetch(`${town.url}${at}/live`, { headers: { Accept }, redirect: 'manual' });
    assert.equal(stranger.status, 401, at);
    const answer = await kim.get(`${at}/live`, { Accept });
    assert.match(answer.headers.get('Content-Type') ?? '', /^text\/event-stream/);
    const heard = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('\n\ndata:')) text += (await heard?.read())?.value ?? '';
    await heard?.cancel();
    assert.match(text, /data: {"stage":"scheduled","parts":{/);
  }
});

test('whoever wrote any of the words approves nothing, and what is not what was looked at is neither approved nor released', async (t) => {
  const { town, kim } = await desk(t);
  const lee = await colleague(town, 'editor', 'lee@post.example');
  const place = await draftOf(kim);
  await saves(kim, place, WORDS);
  const stale = await seenBy(kim, place);
  await saves(lee, place, { ...WORDS, text: 'Both ways, until Saturday.' });
  const late = await kim.post(place, { ...WORDS, ...stale, headline: 'Kim’s own headline' });
  assert.equal(late.status, 409);
  const page = await late.text();
  for (const word of ['Somebody else has saved meanwhile', 'Kim’s own headline']) assert.ok(page.includes(word), word);
  assert.match(await kim.page(place), /until Saturday/, 'nothing is lost');
  const old = await kim.post(`${place}/release`, stale);
  assert.equal(old.status, 409);
  assert.match(await old.text(), /has changed the words meanwhile/);
  for (const wording of ['1.5', 'Infinity', '99999999999', 'x'])
    assert.equal((await kim.post(`${place}/release`, { wording })).status, 409, wording);

  const saved = { ...WORDS, text: 'Both ways, until Saturday.', ...(await seenBy(kim, place)) };
  const unsaved = await kim.post(`${place}/release`, { ...saved, headline: 'Typed and not saved' });
  assert.equal(unsaved.status, 409);
  assert.match(await unsaved.text(), /not saved yet.*Typed and not saved/s);
  await town.api('PATCH', '/newsletters/breaking', { needs_approval: true });
  await kim.post(`${place}/want-approval`);
  assert.equal((await lee.post(`${place}/approve`, await seenBy(lee, place))).status, 403);
  const max = await colleague(town, 'editor', 'max@post.example');
  assert.equal((await max.post(`${place}/approve`, saved)).status, 303, 'what stands in the fields is what is saved');
  assert.equal((await kim.post(`${place}/release`, saved)).status, 303);
  await town.reaches(idOf(place), { audience: 2, accepted: 2 });

  const correction = (await max.post(`/console/editions/${idOf(place)}/correct`)).headers.get('Location') ?? '';
  const again = await lee.post(`/console/editions/${idOf(place)}/correct`);
  assert.equal(again.headers.get('Location'), correction, 'one correction is enough');
  await saves(max, correction, { ...WORDS, wrong: 'Saturday.' });
  await max.post(`${correction}/want-approval`);
  assert.equal(
    (await kim.post(`${correction}/approve`, await seenBy(kim, correction))).status,
    403,
    'kept words are still Kim’s',
  );
});

test('an alert over the API is called back to the desk; one whose newsletter is switched off does not leave', async (t) => {
  const { town, kim } = await desk(t);
  const id = await town.alert({ headline: 'Too early', text: 'x', undo_seconds: 60 });
  const place = `/console/alerts/${id}`;
  assert.deepEqual(doneOf(await kim.post(`${place}/undo`)), [303, 'alert.undo']);
  const twice = await kim.post(`${place}/undo`);
  assert.match(await twice.text(), /called it back or discarded it already/);
  await releases(kim, place);
  await town.reaches(id, { audience: 2, accepted: 2 });

  const second = await town.alert({ headline: 'Switched off', text: 'x', undo_seconds: 60 });
  await town.api('PATCH', '/newsletters/breaking', { active: false });
  town.clock.advance(61);
  await town.sweeps();
  await town.settles();
  assert.equal((await town.edition(second)).status, 'cancelled');
  assert.match(await kim.page(`/console/editions/${second}`), /newsletter was switched off/);
});
