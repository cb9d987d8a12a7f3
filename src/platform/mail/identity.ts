import type { Tokens } from '../../kernel/tokens.ts';

/** One delivery as it appears in addresses and headers. */
export interface DeliveryId {
  editionId: number;
  subscriberId: number;
}

const MAC_LETTERS = 16;
const letters = (mac: Buffer): string => mac.toString('hex').slice(0, MAC_LETTERS);
const idsOf = ({ editionId, subscriberId }: DeliveryId): string =>
  `${editionId.toString(36)}-${subscriberId.toString(36)}`;

/** The names mail goes out under, and what comes back is recognised by. */
export class MailIdentity {
  readonly domain: string;
  readonly #tokens: Tokens;

  constructor(baseUrl: string, bounceDomain: string | undefined, tokens: Tokens) {
    const host = new URL(baseUrl).hostname;
    this.domain = bounceDomain ?? (/[a-z]/i.test(host) && host.includes('.') ? host : 'daybreak.localhost');
    this.#tokens = tokens;
  }

  /** Names a delivery and proves that we named it. */
  stamp({ editionId, subscriberId }: DeliveryId): string {
    const ids = idsOf({ editionId, subscriberId });
    return `${ids}-${letters(this.#tokens.mac('bounce', ids))}`;
  }

  /** Derived from the delivery alone, so a resend carries the same one and a mail client shows one mail. */
  messageId(stamp: string): string {
    return `${stamp}@${this.domain}`;
  }

  /** VERP: a bounce names its delivery by the address it comes back to. Lower case only, since relays fold it. */
  bounceAddress(stamp: string): string {
    return `bounce+${stamp}@${this.domain}`;
  }

  /** Null when the address is none of ours or forged. */
  openBounceAddress(address: string): DeliveryId | null {
    const match = /^bounce\+([0-9a-z]+)-([0-9a-z]+)-([0-9a-f]+)@/.exec(address.toLowerCase());
    if (!match?.[1] || !match[2]) return null;
    const delivery = { editionId: Number.parseInt(match[1], 36), subscriberId: Number.parseInt(match[2], 36) };
    const ids = idsOf(delivery);
    if (ids !== `${match[1]}-${match[2]}`) return null;
    return this.#tokens.macs('bounce', ids).some((mac) => letters(mac) === match[3]) ? delivery : null;
  }

  get unsubscribeMailbox(): string {
    return `unsubscribe@${this.domain}`;
  }
}
