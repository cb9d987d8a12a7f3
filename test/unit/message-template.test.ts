import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type Content, compileTemplate, type Personal } from '../../src/platform/mail/message-template.ts';
import type { WireMessage } from '../../src/platform/mail/wire-message.ts';

const textOf = (body: WireMessage['body']): string =>
  Buffer.concat(body.map((piece) => Buffer.from(piece))).toString('latin1');

const onTheWire = ({ fields, body }: WireMessage): string =>
  `${fields.map(({ line }) => line).join('')}\r\n${textOf(body)}`;

const content = (given: Partial<Content> = {}): Content => ({
  from: { name: 'The Post, Evening', address: 'news@post.example' },
  replyTo: 'desk@post.example',
  subject: 'Größe überall: ein sehr langer Betreff, der über mehr als eine Zeile hinausgeht 🦭',
  html: '<p>%%name%%</p>\n<a href="%%unsubscribe_url%%">Leave</a>',
  text: 'To %%name%%\n\n%%unsubscribe_url%%\n',
  headers: {
    'List-Id': '<daily.post.example>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Feedback-ID': '1:daily:digest:daybreak',
  },
  ...given,
});

const personal = (given: Partial<Personal> = {}): Personal => ({
  to: { address: 'ann@example.org' },
  date: new Date('2026-11-25T07:00:00Z'),
  messageId: '1-2-abc@post.example',
  unsubscribe: ['https://alerts.post.example/unsubscribe/abc', 'mailto:unsubscribe@post.example?subject=abc'],
  slots: { name: 'Ann', unsubscribe_url: 'https://alerts.post.example/unsubscribe/abc' },
  ...given,
});

const words = fc.string({
  unit: fc.constantFrom(...'ab .=<>&"\'%\r\n\t-ü港🦭\u0000\u2028', '\r\n.\r\n', '  ', '%%'),
  maxLength: 300,
});
const tidy = (text: string) => text.replace(/\r\n?/g, '\n');
const oneLine = (text: string) => text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? '&#39;');

test('a filled template reads as a message composed by hand reads', async () => {
  await fc.assert(
    fc.asyncProperty(words, words, words, async (before, after, name) => {
      // A bare CR is no line break anywhere else either: parsers differ over it.
      const shared = (text: string) => text.replace(/%{2,}/g, '%').replace(/\r(?!\n)/g, '');
      const html = (value: string) => `<p>${shared(before)}${value}${shared(after)}</p>`;
      const text = (value: string) => `${shared(before)}${value}${shared(after)}.`;
      const own = personal({ slots: { name } });
      const made = (await compileTemplate(content({ html: html('%%name%%'), text: text('%%name%%') }))).fill(own);
      const { replyTo, ...rest } = content();
      const byHand = await new MailComposer({
        ...{ ...rest, ...(replyTo && { replyTo }), to: own.to.address, date: own.date },
        ...{ html: html(escaped(oneLine(name))), text: text(oneLine(name)), messageId: `<${own.messageId}>` },
        ...{ encoding: 'base64', newline: '\r\n' },
      })
        .compile()
        .build();
      const [ours, theirs] = await Promise.all([simpleParser(onTheWire(made)), simpleParser(byHand)]);
      for (const field of ['subject', 'messageId'] as const) assert.equal(ours[field], theirs[field]);
      for (const field of ['from', 'to', 'replyTo', 'date'] as const) assert.deepEqual(ours[field], theirs[field]);
      assert.equal(tidy(ours.html || '').trimEnd(), tidy(theirs.html || '').trimEnd());
      assert.equal(tidy(ours.text ?? '').trimEnd(), tidy(theirs.text ?? '').trimEnd());
    }),
    { numRuns: 200 },
  );
});

test('whatever fills a slot, no line is long, begins with a dot, or is changed by DKIM’s relaxed form', async () => {
  const template = await compileTemplate(content({ html: '<p>.a  b\t%%name%%.</p>', text: '.\n..x  y \n%%name%%' }));
  fc.assert(
    fc.property(words, words, (name, link) => {
      const { fields, body, bodyBytes } = template.fill(
        personal({ to: { address: 'ann@example.org', name: link }, slots: { name } }),
      );
      const text = textOf(body);
      assert.equal(text.length, bodyBytes);
      const relaxed = text
        .replace(/[ \t]+/g, ' ')
        .replace(/ \r\n/g, '\r\n')
        .replace(/(\r\n)*$/, '\r\n');
      assert.equal(relaxed, text);
      assert.match(text, /^[\x20-\x7e\r\n]*$/);
      for (const line of text.split('\r\n')) assert.ok(line.length <= 76 && !/^\.|[\r\n]/.test(line), line);
      assert.equal(fields.length, 13);
      for (const { line } of fields) assert.match(line, /^[A-Za-z-]+: [^\r\n]*(\r\n[ \t][^\r\n]*)*\r\n$/);
    }),
  );
});

test('a subject whose first word is longer than a line is one all the same', async () => {
  for (const subject of ['x'.repeat(300), `https://post.example/${'a'.repeat(90)} and more`, `${'x'.repeat(80)} ü`]) {
    const headers = { ...content().headers, 'Feedback-ID': `1:${'a'.repeat(80)}:digest:daybreak` };
    const wire = onTheWire((await compileTemplate(content({ subject, headers }))).fill(personal()));
    assert.doesNotMatch(wire, /:[ \t]*\r\n[ \t]/);
    assert.equal((await simpleParser(wire)).subject, subject);
  }
});

test('a slot that nothing fills is an error, not a mail', async () => {
  const template = await compileTemplate(content());
  assert.throws(() => template.fill(personal({ slots: { name: 'Ann' } })), /unsubscribe_url/);
});
