import { messageOf } from '../../kernel/errors.ts';
import type { Newsletter } from '../../newsletters/newsletter.ts';
import type { MailIdentity } from '../../platform/mail/identity.ts';
import { compileTemplate } from '../../platform/mail/message-template.ts';
import { senderOf } from '../../platform/mail/sender.ts';
import type { SpamCheck } from '../../platform/mail/spam-check.ts';
import type { Brand } from '../../platform/view/brand.ts';
import type { Check, Mail } from './check.ts';

interface Needs {
  spamCheck: SpamCheck | undefined;
  newsletters: { byId(id: number): Promise<Newsletter | undefined>; brand(): Promise<Brand> };
  identity: MailIdentity;
  baseUrl: string;
  clock: { now(): Date };
  /** Fires when the process is about to stop. */
  leaving: AbortSignal;
}

const RULES_SHOWN = 8;

/** What SpamAssassin makes of it. A filter's guess stops no edition. */
export async function spam(mail: Mail, newsletterId: number, needs: Needs): Promise<Check> {
  const what = 'Spam filter';
  const { spamCheck } = needs;
  if (!spamCheck) return { what, state: 'ok', says: 'Not set up: SPAMASSASSIN names a SpamAssassin to ask.' };
  try {
    const { score, limit, rules } = await spamCheck(await messageOfNobody(mail, newsletterId, needs), needs.leaving);
    const says = `SpamAssassin gives ${score} points; from ${limit} on it takes a mail for spam.`;
    const why = rules.length > 0 ? ` ${rules.slice(0, RULES_SHOWN).join(', ')}.` : '';
    return { what, state: score < limit ? 'ok' : 'unsure', says: says + why };
  } catch (error) {
    return { what, state: 'unsure', says: `SpamAssassin does not answer: ${messageOf(error)}.` };
  }
}

/** As a reader would get it, who does not exist. */
async function messageOfNobody(mail: Mail, newsletterId: number, needs: Needs): Promise<Buffer> {
  const { newsletters, identity, baseUrl, clock } = needs;
  const [newsletter, brand] = await Promise.all([newsletters.byId(newsletterId), newsletters.brand()]);
  const link = `${baseUrl}/unsubscribe/preflight`;
  const headers = {
    'List-Id': `<${newsletter?.slug ?? 'news'}.${identity.domain}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
  const template = await compileTemplate({ ...senderOf(newsletter, brand, identity), ...mail, headers });
  const { fields, body } = template.fill({
    to: { address: 'reader@example.com' },
    date: clock.now(),
    messageId: `preflight-${clock.now().getTime().toString(36)}@${identity.domain}`,
    unsubscribe: [link],
    slots: { unsubscribe_url: link, preferences_url: `${baseUrl}/preferences/x`, archive_url: `${baseUrl}/archive/x` },
  });
  const head = `${fields.map(({ line }) => line).join('')}\r\n`;
  return Buffer.concat([
    Buffer.from(head),
    ...body.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
  ]);
}
