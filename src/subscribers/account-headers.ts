import type { Tokens } from '../kernel/tokens.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';

/** Headers of mail about the subscription itself; its unsubscribe link ends everything. */
export function accountHeaders(
  subscriberId: number,
  { tokens, identity, baseUrl }: { tokens: Tokens; identity: MailIdentity; baseUrl: string },
): Record<string, string> {
  const token = tokens.seal('unsubscribe', [subscriberId]);
  return {
    'List-Id': `<account.${identity.domain}>`,
    ...unsubscribeHeaders(token, { identity, baseUrl }),
    'Feedback-ID': `confirmation:account:transactional:daybreak`,
  };
}

/** RFC 2369 and RFC 8058: both ways out, and the promise that one POST is enough. */
export const unsubscribeHeaders = (
  token: string,
  { identity, baseUrl }: { identity: MailIdentity; baseUrl: string },
): Record<string, string> => ({
  'List-Unsubscribe': `<${baseUrl}/unsubscribe/${token}>, <mailto:${identity.unsubscribeMailbox}?subject=${token}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});
