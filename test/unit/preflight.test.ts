import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMail, faultOf } from '../../src/editions/preflight/check-mail.ts';
import { contrastOf } from '../../src/editions/preflight/contrast.ts';
import { cssSupport } from '../../src/editions/preflight/css-support.ts';
import { pictures } from '../../src/editions/preflight/pictures.ts';
import { bytesAsSent, linksIn } from '../../src/editions/preflight/sizes.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { languages } from '../../src/kernel/language.ts';
import { Tokens } from '../../src/kernel/tokens.ts';
import { CLIPPED_AT } from '../../src/platform/mail/clipped-at.ts';
import { createEmails } from '../../src/platform/view/emails.ts';
import { createMessages } from '../../src/platform/view/messages.ts';

const LINKS = '<a href="%%unsubscribe_url%%">Leave</a>';
const mail = (html: string, text = '%%unsubscribe_url%%') => ({ subject: 'News', html: `${html}${LINKS}`, text });

test('our own digest has nothing wrong with it, in any language and with any accent', async () => {
  const emails = createEmails(createMessages(), systemClock);
  const card = (n: number) => ({
    ...{ headline: `Ferry pilots vote ${n}`, standfirst: 'All of them.', url: `https://post.example/${n}` },
    ...{ kicker: `Topic ${n % 3}`, byline: 'Ann', time: '06:12', imageUrl: 'https://post.example/i.jpg' },
    ...{ imageAlt: 'A ferry', updated: true, correctionNote: 'It was Tuesday.' },
  });
  const [lead, ...rest] = Array.from({ length: 37 }, (_, n) => card(n));
  for (const locale of languages)
    for (const accent of ['#b3261e', '#ffe600', '#000000']) {
      const brand = { name: 'Post', accent, postalAddress: '1 Quay', timeZone: 'Europe/London', locale };
      const { html, text } = await emails.render('digest', {
        ...{ brand: { ...brand, rehearsal: false, confirmAbove: 1 }, newsletter: { name: 'Daily' }, subject: 'News' },
        ...{ preheader: 'More', intro: ['Good morning.'], dateLine: 'Today', late: true },
        ...{ lead, stories: rest.slice(0, 6), more: rest.slice(6) },
      } as never);
      const found = checkMail({ subject: 'News', html, text }).filter(({ state }) => state !== 'ok');
      assert.deepEqual(found, [], `${locale} ${accent}`);
      assert.equal(faultOf({ subject: 'News', html, text }), undefined);
    }
});

test('a mail’s size counts slots at their longest and links as relays rewrite them', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const token = new Tokens('a secret of at least thirty-two bytes').seal('unsubscribe', [most, most, most]);
  const filled = `https://${'news.'.repeat(16)}example/unsubscribe/${token}`;
  assert.ok(bytesAsSent(LINKS) > bytesAsSent('<a href="">Leave</a>') + filled.length);
  const html = '<a href="https://post.example/a?b=1&amp;c=2">x</a><a href="#top">y</a>';
  assert.ok(bytesAsSent(html) >= Buffer.byteLength(html) + 200);
  assert.deepEqual(linksIn(html.repeat(2)), ['https://post.example/a?b=1&c=2']);
  assert.equal(bytesAsSent('<a href="https://never-ends'), bytesAsSent('<a href="https://never-ends'));
  const long = mail('x'.repeat(CLIPPED_AT));
  assert.match(faultOf(long)?.says ?? '', /Gmail cuts off/);
});

test('a mail without a way out, or with a slot nobody fills, must not leave', () => {
  assert.equal(faultOf(mail('<p>News</p>')), undefined);
  assert.equal(faultOf({ ...mail(''), text: 'no link' })?.what, 'Unsubscribing');
  assert.equal(faultOf({ ...mail(''), html: 'no link' })?.what, 'Unsubscribing');
  assert.match(faultOf(mail('<p>Dear %%first_name%%</p>'))?.says ?? '', /%%first_name%%/);
  assert.match(faultOf(mail('', '%%unsubscribe_url%% %%Name2%%'))?.says ?? '', /%%Name2%%/);
  for (const hole of ['{{ name }}', '{% if x %}', '*|FNAME|*']) {
    const found = checkMail(mail('', `%%unsubscribe_url%% Dear ${hole}`)).find(({ what }) => what === 'Filled in');
    assert.equal(found?.state, 'unsure', hole);
  }
});

const seen: [html: string, state: string][] = [
  ['<p style="color:#1a1a1a">ink</p>', 'ok'],
  ['<p style="color:#999">faint</p>', 'unsure'],
  ['<p style="color: white">nothing</p>', 'wrong'],
  ['<p style="color:rgb(255, 255, 255)">nothing</p>', 'wrong'],
  ['<td bgcolor="#000000"><b style="color:#fff">ink</b></td>', 'ok'],
  ['<td bgcolor="#000000">black on black</td>', 'wrong'],
  ['<div style="display:none;color:#fff">for inboxes</div>', 'ok'],
  ['<style>.a b{color:#fff}</style><p class="a"><i><b>nothing</b></i></p>', 'wrong'],
  ['<style>.a > b{color:#fff}</style><p class="a"><i><b>ink</b></i></p>', 'ok'],
  ['<style>b{color:#fff}</style><b style="color:#000">an inline style goes first</b>', 'ok'],
  ['<style>b{color:#fff !important}</style><b style="color:#000">unless the rule insists</b>', 'wrong'],
  ['<style>@media (prefers-color-scheme: dark){b{color:#fff!important}}</style><b>lost in the dark</b>', 'wrong'],
  [
    '<style>@media (prefers-color-scheme: dark){body{background:#121417}b{color:#fff!important}}</style><body><b>fine</b></body>',
    'ok',
  ],
  ['<style>@media (max-width:479px){b{color:#fff}}</style><b>only widths</b>', 'ok'],
  ['<style>b{color:var(--x);}</style><b>unknown colours are left alone</b>', 'ok'],
  [`<style>${'{'.repeat(5000)}</style><b ${'a '.repeat(5000)}>broken</b>`, 'ok'],
];

test('contrast is computed from what each text is given, on light screens and dark ones', () => {
  for (const [html, state] of seen) assert.equal(contrastOf(html).state, state, html.slice(0, 120));
});

test('what mail programs leave off is told where it matters', () => {
  assert.match(cssSupport('<div style="display:flex">').says, /flex boxes \(Outlook\)/);
  assert.equal(cssSupport('<style>img{object-fit:cover}</style>').state, 'ok');
  assert.match(cssSupport(`<style>${'a{color:red}'.repeat(900)}</style>`).says, /8192/);
  assert.equal(cssSupport('<script>x</script>').state, 'unsure');
});

test('pictures that say nothing in words are counted', () => {
  assert.equal(pictures('<p>').state, 'ok');
  assert.equal(pictures('<img src="a" alt="A ferry">').state, 'ok');
  assert.match(pictures('<img src="a" alt="A ferry"><img src="b" alt=" ">').says, /^1 of 2 /);
  assert.match(pictures('<img src="a">').says, /^None says/);
});
