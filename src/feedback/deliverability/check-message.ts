import { simpleParser } from 'mailparser';
import type { EditionMails } from '../../deliveries/edition-mail.ts';
import type { Newsletter } from '../../newsletters/newsletter.ts';
import { CLIPPED_AT } from '../../platform/mail/clipped-at.ts';
import type { Sign } from '../../platform/mail/dkim.ts';
import type { WireMessage } from '../../platform/mail/wire-message.ts';
import type { DeliverabilityStore } from '../deliverability-store.ts';
import { checkOneClick } from './check-one-click.ts';
import { about, type Finding, tagsOf } from './finding.ts';

export interface MessageNeeds {
  samples: DeliverabilityStore;
  newsletters: { byId(id: number): Promise<Newsletter | undefined> };
  mails: Pick<EditionMails, 'of'>;
  sign: Sign;
}

export interface CheckedMessage {
  editionId: number;
  subject: string;
  findings: Finding[];
}

const OURS = 'That is a fault of Daybreak’s: please report it.';

/** The latest edition’s mail, composed as when it is sent, and sent to nobody. Null when there is none yet. */
export async function checkMessage({
  samples,
  newsletters,
  mails,
  sign,
}: MessageNeeds): Promise<CheckedMessage | null> {
  const sample = await samples.sample();
  const newsletter = sample && (await newsletters.byId(sample.newsletterId));
  if (!sample || !newsletter) return null;
  const mail = await mails.of({ ...sample, attempts: 1, articlesAt: 0 }, newsletter);
  if (!mail) return null;
  const { message } = mail;
  const signatures = await sign(message);
  const findings = [
    ...headersOf(message, signatures),
    ...(await bodyOf(message)),
    await checkOneClick(waysOut(message).find((way) => /^https?:/.test(way))),
  ];
  return { editionId: sample.editionId, subject: sample.subject, findings };
}

function headersOf(message: WireMessage, signatures: string): Finding[] {
  const field = (name: string) => fieldOf(message, name);
  const ways = waysOut(message);
  // Two keys make two signatures that cover the same.
  const [first = ''] = signatures.split(/\r\n(?!\s)/);
  const signature = tagsOf(first.replace(/^DKIM-Signature:/i, '').replace(/\r\n\s+/g, ''));
  const covered = (signature.get('h') ?? '').toLowerCase().split(':');
  const isCovered = ['list-unsubscribe', 'list-unsubscribe-post'].every((name) => covered.includes(name));
  const from = /@([^>\s]+)>?$/.exec(field('from'))?.[1]?.toLowerCase() ?? '';
  const signer = signature.get('d')?.toLowerCase() ?? '';
  const secure = ways.some((way) => way.startsWith('https:'));
  const mailto = ways.some((way) => way.startsWith('mailto:'));
  return [
    judged(
      'List-Unsubscribe',
      secure && mailto,
      'It names an https address and a mailbox.',
      mailto
        ? 'Its address is not https, and providers show their button for https alone. Set BASE_URL to an https address.'
        : OURS,
    ),
    judged(
      'List-Unsubscribe-Post',
      field('list-unsubscribe-post') === 'List-Unsubscribe=One-Click',
      'It promises that one POST is enough.',
      OURS,
    ),
    judged(
      'DKIM covers both',
      isCovered,
      'The signature covers both headers, as RFC 8058 asks.',
      signer
        ? OURS
        : 'The mail is unsigned, so nobody believes the promise. Set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE.',
    ),
    judged(
      'From and signature',
      isRelated(from, signer),
      `${signer} signs for ${from}.`,
      signer
        ? `${signer} signs, but the mail is from ${from}: give the newsletter a sender of ${signer}, or sign with ${from}.`
        : `Nobody signs for ${from}.`,
    ),
    judged(
      'Message-ID',
      /^<[^<>@\s]+@[^<>@\s]+>$/.test(field('message-id')),
      'It is there, and the same again when a mail is sent again.',
      OURS,
    ),
    judged(
      'Feedback-ID',
      /^[^:]*:[^:]*:[^:]*:[^:]+$/.test(field('feedback-id')),
      'It names the edition, so that complaints can be counted by it.',
      OURS,
    ),
    judged(
      'Auto-Submitted',
      field('auto-submitted') === 'auto-generated',
      'Out-of-office programs do not answer.',
      OURS,
    ),
  ];
}

async function bodyOf(message: WireMessage): Promise<Finding[]> {
  const type = fieldOf(message, 'content-type');
  const body = Buffer.concat(message.body.map((piece) => Buffer.from(piece)));
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1] ?? '\0';
  const kinds = body
    .toString('latin1')
    .split(`--${boundary}`)
    .flatMap((part) => /^\s*content-type: *([^;\s]+)/im.exec(part)?.[1] ?? []);
  const head = message.fields.map(({ line }) => line).join('');
  const parsed = await simpleParser(Buffer.concat([Buffer.from(`${head}\r\n`), body]), {
    skipHtmlToText: true,
    skipTextToHtml: true,
  });
  const bytes = Buffer.byteLength(parsed.html || '');
  const rightOrder = type.startsWith('multipart/alternative') && kinds.join(' ') === 'text/plain text/html';
  return [
    judged('Text and HTML', rightOrder, 'Both are there, the text first.', OURS),
    judged(
      'Size of the HTML',
      bytes > 0 && bytes < CLIPPED_AT,
      `${Math.ceil(bytes / 1024)} KB; Gmail cuts a mail off at 102.`,
      bytes > 0
        ? `${Math.ceil(bytes / 1024)} KB: Gmail cuts a mail off at 102, and the link to unsubscribe with it. Send fewer articles, or shorter standfirsts.`
        : OURS,
    ),
  ];
}

const judged = (what: string, good: boolean, says: string, otherwise: string): Finding =>
  good ? about(what, '').ok(says) : about(what, '').wrong(otherwise);

/** From a field's canonical form: `name:value` on one line. */
const fieldOf = ({ fields }: WireMessage, name: string): string =>
  fields.find((field) => field.name.toLowerCase() === name)?.canonical.slice(name.length + 1) ?? '';

const waysOut = (message: WireMessage): string[] =>
  [...fieldOf(message, 'list-unsubscribe').matchAll(/<([^>]+)>/g)].map(([, way = '']) => way);

/** Relaxed, without asking where the organisation begins: one contains the other. */
const isRelated = (from: string, signer: string): boolean =>
  signer !== '' && (from === signer || from.endsWith(`.${signer}`) || signer.endsWith(`.${from}`));
