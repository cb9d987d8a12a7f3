import { messageOf } from '../../kernel/errors.ts';
import { probeTls } from '../../platform/mail/probe-tls.ts';
import { about, type Finding } from './finding.ts';

const MODERN = ['TLSv1.2', 'TLSv1.3'];
const HERE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Mail must not cross a network in the open: what the relay offers, and whether its certificate is believed. */
export async function checkTls(relay: URL): Promise<Finding> {
  const { ok, wrong, unknown } = about('TLS', relay.host);
  try {
    const { protocol, distrust } = await probeTls(relay);
    if (protocol === null) {
      return HERE.test(relay.hostname)
        ? ok('It offers no STARTTLS, and needs none: it runs on this machine, so nothing crosses a network.')
        : wrong(
            'It offers no STARTTLS, so every mail crosses the network in the open. Switch it on at the relay, or use smtps://.',
          );
    }
    if (distrust)
      return wrong(
        `Its certificate is not believed (${distrust}), so no mail is handed over. Give it a valid one for ${relay.hostname}, or name the relay as its certificate does.`,
      );
    if (!MODERN.includes(protocol))
      return wrong(`It speaks ${protocol}, which is no longer safe. Switch TLS 1.2 on at the relay.`);
    return ok(`It speaks ${protocol} with a valid certificate.`);
  } catch (error) {
    return unknown(
      `It could not be looked at: ${messageOf(error).slice(0, 200)}. Is the relay up, and SMTP_URL right?`,
    );
  }
}
