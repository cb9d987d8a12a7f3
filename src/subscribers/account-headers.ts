import type { Tokens } from '../kernel/tokens.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';

/** RFC 8058: the promise that one POST is enough. */
export const oneClick = { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };

/** RFC 2369: both ways out, for List-Unsubscribe. */
export const waysOut = (
  token: string,
  { identity, baseUrl }: { identity: MailIdentity; baseUrl: string },
): string[] => [`${baseUrl}/unsubscribe/${token}`, `mailto:${identity.unsubscribeMailbox}?subject=${token}`];

/** For mail about the subscription itself; its unsubscribe link ends everything. */
export function accountHeaders(
  subscriberId: number,
  { tokens, identity, baseUrl }: { tokens: Tokens; identity: MailIdentity; baseUrl: string },
) {
  return {
    headers: {
      'List-Id': `<account.${identity.domain}>`,
      ...oneClick,
      'Feedback-ID': 'confirmation:account:transactional:daybreak',
    },
    unsubscribe: waysOut(tokens.seal('unsubscribe', [subscriberId]), { identity, baseUrl }),
  };
}
