import MailComposer from 'nodemailer/lib/mail-composer';
import { foldLines } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import { quotedPrintable, SOFT_BREAK } from './quoted-printable.ts';
import { type HeaderField, headerField, type WireMessage } from './wire-message.ts';

/** What all readers of one content share. In `html` and `text` stand slots: `%%unsubscribe_url%%`. */
export interface Content {
  from: { name: string; address: string };
  replyTo?: string | undefined;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  /** It goes on from an earlier mail, another for each reader. */
  threaded?: boolean;
}

/** What is one reader's own. */
export interface Personal {
  to: { address: string; name?: string };
  date: Date;
  /** Without angle brackets. */
  messageId: string;
  /** Addresses for List-Unsubscribe (RFC 2369), in order of preference; only where the content promises one click. */
  unsubscribe: string[];
  /** Of the mails it goes on from, the oldest first: References, and the last one In-Reply-To (RFC 5322 §3.6.4). */
  goesOnFrom?: string[];
  /** Plain text for each slot; escaped here for the part it stands in. */
  slots: Record<string, string>;
}

const SLOT = /%%([a-z_]+)%%/;
const PERSONAL = ['To', 'Date', 'Message-ID', 'In-Reply-To', 'References', 'List-Unsubscribe'] as const;
const STAND_IN = { text: 'daybreak0text0part', html: 'daybreak0html0part' } as const;

type Part = keyof typeof STAND_IN;
/** A place in the body, and before it the fixed bytes. */
interface Hole {
  before: Buffer;
  part: Part;
  slot: string;
}

/** A variant's MIME, built and encoded once: filling it puts a few short values between bytes that are never copied. */
export class MessageTemplate {
  readonly #fields: (HeaderField | (typeof PERSONAL)[number])[];
  readonly #holes: Hole[];
  readonly #end: Buffer;
  readonly #fixedBytes: number;

  constructor(fields: (HeaderField | (typeof PERSONAL)[number])[], holes: Hole[], end: Buffer) {
    this.#fields = fields;
    this.#holes = holes;
    this.#end = end;
    this.#fixedBytes = holes.reduce((sum, { before }) => sum + before.length, end.length);
  }

  /** @throws when a slot of the content has no value */
  fill(personal: Personal): WireMessage {
    const fields = this.#fields.map((field) => (typeof field === 'string' ? personalField(field, personal) : field));
    const values = this.#holes.map(({ part, slot }) => encodedValue(part, slot, personal));
    const body = this.#holes.flatMap(({ before }, n) => [before, values[n] ?? '']);
    const bodyBytes = values.reduce((sum, { length }) => sum + length, this.#fixedBytes);
    return { fields, body: [...body, this.#end], bodyBytes };
  }
}

/** Builds the MIME tree with nodemailer's composer, then puts the encoded parts with their slots in its places. */
export async function compileTemplate(content: Content): Promise<MessageTemplate> {
  const [head = '', skeleton = ''] = splitOnce(await compose(content), '\r\n\r\n');
  const fields = head.split(/\r\n(?![ \t])/).map((line) => {
    const [name = '', value = ''] = splitOnce(line, ':');
    // Before a first word that is longer than a line the composer folds at once, which some readers take for an empty field.
    return PERSONAL.find((own) => own === name) ?? headerField(name, value.replace(/^(?:\r\n)?[ \t]+/, ''));
  });
  const holes: Hole[] = [];
  let fixed = '';
  let rest = skeleton;
  for (const part of ['text', 'html'] as const) {
    const [before = '', after = ''] = splitOnce(rest, STAND_IN[part]);
    fixed += before;
    rest = after;
    const pieces = content[part].replace(/\r?\n|\r/g, '\r\n').split(SLOT);
    pieces.forEach((piece, n) => {
      if (n % 2 === 0) fixed += stretch(piece, n > 0, n < pieces.length - 1);
      else {
        holes.push({ before: Buffer.from(fixed, 'latin1'), part, slot: piece });
        fixed = '';
      }
    });
  }
  return new MessageTemplate(fields, holes, Buffer.from(`${(fixed + rest).trimEnd()}\r\n`, 'latin1'));
}

/** Fixed text between slots. Values get lines of their own by soft breaks, which vanish in decoding. */
function stretch(text: string, afterSlot: boolean, beforeSlot: boolean): string {
  const encoded = quotedPrintable(text);
  const joint = afterSlot && text !== '' && !text.startsWith('\r\n') ? SOFT_BREAK : '';
  const end = beforeSlot && text !== '' && !text.endsWith('\r\n') ? SOFT_BREAK : '';
  return joint + encoded + end;
}

async function compose({ headers, replyTo, threaded = false, ...content }: Content): Promise<string> {
  const composer = new MailComposer({
    ...content,
    ...STAND_IN,
    ...(replyTo && { replyTo }),
    ...(threaded && { inReplyTo: '<stand-in@reader.invalid>', references: '<stand-in@reader.invalid>' }),
    to: 'reader@reader.invalid',
    date: new Date(0),
    messageId: '<stand-in@reader.invalid>',
    headers: {
      ...(isListed(headers) && { 'List-Unsubscribe': '<stand-in>' }),
      ...headers,
      'Auto-Submitted': 'auto-generated',
    },
    encoding: 'quoted-printable',
    // Articles decide the content: nothing in it may name a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: '\r\n',
  });
  return (await composer.compile().build()).toString('latin1');
}

/** Mail to staff is of no list, and there is nothing to leave. */
const isListed = (headers: Record<string, string>): boolean => 'List-Unsubscribe-Post' in headers;

const PLAIN_ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9.-]+$/i;

function personalField(
  name: (typeof PERSONAL)[number],
  { to, date, messageId, unsubscribe, goesOnFrom = [] }: Personal,
): HeaderField {
  if (name === 'Date') return headerField(name, date.toUTCString().replace('GMT', '+0000'));
  if (name === 'Message-ID') return headerField(name, `<${messageId}>`);
  if (name === 'In-Reply-To') return headerField(name, `<${goesOnFrom.at(-1)}>`);
  if (name === 'References') return headerField(name, goesOnFrom.map((id) => `<${id}>`).join('\r\n '));
  if (name === 'List-Unsubscribe') return headerField(name, unsubscribe.map((url) => `<${url}>`).join(',\r\n '));
  if (!to.name && PLAIN_ADDRESS.test(to.address)) return headerField(name, to.address);
  const value = MimeNode.encodeHeaderValue('To', { name: oneLine(to.name ?? ''), address: to.address });
  return headerField(name, foldLines(`To: ${value}`).slice('To: '.length));
}

const markup: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function encodedValue(part: Part, slot: string, { slots }: Personal): string {
  const value = slots[slot];
  if (value === undefined) throw new Error(`the content has a slot ${slot} that nothing fills`);
  const text = oneLine(value);
  return quotedPrintable(part === 'text' ? text : text.replace(/[&<>"']/g, (sign) => markup[sign] ?? sign));
}

/** A value stays within its line, whatever it holds. */
const oneLine = (value: string): string => value.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  if (index < 0) throw new Error(`the composed message lacks ${JSON.stringify(at)}`);
  return [text.slice(0, index), text.slice(index + at.length)];
}
