import type { SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Content } from './content.ts';

export const BASE_URL = 'https://alerts.bench.example';
export const BOUNCE_DOMAIN = 'bounces.bench.example';

/** The same mail that Daybreak sends to a reader, as a plain program would hand it to nodemailer. */
export function referenceMessage({ html, text }: Content, reader: number): SendMailOptions {
  const id = reader.toString(36).padStart(4, '0');
  const token = (letters: number) => `${id.padEnd(letters - 23, 'w')}~${id.padEnd(22, 'x')}`;
  const stamp = `1-${id}-0123456789abcdef`;
  const unsubscribe = token(35);
  const slots: Record<string, string> = {
    unsubscribe_url: `${BASE_URL}/unsubscribe/${unsubscribe}`,
    preferences_url: `${BASE_URL}/preferences/${token(30)}`,
  };
  const fill = (template: string) => template.replace(/%%([a-z_]+)%%/g, (whole, name: string) => slots[name] ?? whole);
  const to = `reader${reader}@bench.example`;
  return {
    from: { name: 'The Daybreak Post', address: `news@${BOUNCE_DOMAIN}` },
    replyTo: `news@${BOUNCE_DOMAIN}`,
    to,
    envelope: { from: `bounce+${stamp}@${BOUNCE_DOMAIN}`, to },
    subject: 'Harbour pilots agree a winter timetable',
    html: fill(html),
    text: fill(text),
    messageId: `<${stamp}@${BOUNCE_DOMAIN}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'List-Id': `<daily.${BOUNCE_DOMAIN}>`,
      'List-Unsubscribe': `<${slots.unsubscribe_url}>, <mailto:unsubscribe@${BOUNCE_DOMAIN}?subject=${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Feedback-ID': '1:daily:digest:daybreak',
    },
  };
}

/** Bytes of that mail on the wire, unsigned. */
export async function referenceSize(content: Content): Promise<number> {
  const options = { ...referenceMessage(content, 5000), newline: '\r\n' };
  return (await new MailComposer(options).compile().build()).length;
}
