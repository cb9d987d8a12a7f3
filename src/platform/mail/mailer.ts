import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Sign } from './dkim.ts';
import type { Outgoing, Terms } from './hand-over.ts';
import { Relay, type Share } from './relay.ts';
import { parseRelay } from './relay-options.ts';
import type { Envelope, Reply } from './reply.ts';
import type { WireMessage } from './wire-message.ts';

/** Signs and hands over. Never throws for what a relay does; that is in the Reply. */
export interface Mailer {
  send(message: WireMessage, envelope: Envelope, terms?: Partial<Terms>): Promise<Reply>;
  /** How many messages can be under way at once. */
  readonly connections: number;
  /** Tells this process which part of the relays' limits is its own. */
  share(share: Share): void;
  /** @throws when no relay answers */
  verify(): Promise<void>;
  close(): void;
}

interface MailerOptions {
  /** Open connections of this process to each relay whose URL names no number. */
  connections: number;
  /** The relays' limits are not for this mailer. */
  unlimited?: boolean;
}

const noLimits = { connections: null, rate: null, domainRate: null };

/** Several relays share the work by weight; what one cannot take, the next one gets. */
export function createMailer(urls: string[], sign: Sign, options: MailerOptions, log: Log): Mailer {
  const { connections, unlimited = false } = options;
  const relays = urls.map((url) => {
    const relay = { ...parseRelay(url), ...(unlimited && noLimits) };
    return new Relay(relay, { connections, log });
  });
  const turns = relays.flatMap((relay) => Array.from({ length: relay.options.weight }, () => relay));
  let turn = 0;
  const next = (): Relay[] => {
    turn += 1;
    const inOrder = relays.length === 1 ? relays : [...turns.slice(turn % turns.length), ...turns];
    return [...new Set(inOrder)].filter(({ up }) => up);
  };
  return {
    get connections() {
      return relays.reduce((sum, relay) => sum + relay.connections, 0);
    },
    send: async (message, envelope, terms = {}) =>
      handOver({ ...(await onTheWire(message, envelope, sign)), ...usual, ...terms }, next()),
    share: (share) => {
      for (const relay of relays) relay.share(share);
    },
    verify: async () => {
      const answers = await Promise.allSettled(relays.map((relay) => relay.verify()));
      if (answers.some(({ status }) => status === 'fulfilled')) return;
      const troubles = answers.map(
        (answer, n) => `${relays[n]?.options.url.host}: ${messageOf((answer as PromiseRejectedResult).reason)}`,
      );
      throw new Error(troubles.join('; '));
    },
    close: () => {
      for (const relay of relays) relay.close();
    },
  };
}

const usual: Terms = { urgent: false, mayGo: () => true };

async function onTheWire(message: WireMessage, envelope: Envelope, sign: Sign) {
  const signatures = await sign(message);
  const head = `${signatures}${message.fields.map(({ line }) => line).join('')}\r\n`;
  return { envelope, pieces: [head, ...message.body], bytes: Buffer.byteLength(head) + message.bodyBytes };
}

async function handOver(outgoing: Outgoing, relays: Relay[]): Promise<Reply> {
  let reply: Reply = { phase: 'not-sent', text: 'no relay answers' };
  for (const relay of relays) {
    reply = await relay.send(outgoing);
    if (reply.phase !== 'not-sent') return reply;
  }
  return reply;
}
