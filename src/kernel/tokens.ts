import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { DomainError } from './errors.ts';

/** What a token may do. One made for one purpose opens nothing else. */
export type Purpose = 'confirm' | 'unsubscribe' | 'preferences' | 'bounce' | 'invitation' | 'form';

export class TokenForged extends DomainError {
  constructor() {
    super('token-forged', 'not-found', 'This link is not complete. Please open it again from the mail, whole.');
  }
}

export class TokenExpired extends DomainError {
  constructor() {
    super(
      'token-expired',
      'gone',
      'Links in confirmation mails work for seven days. Please sign up again for a new one.',
    );
  }
}

const MAC_BYTES = 16;
const FOR_EVER = 0;

/**
 * Signed, self-contained tokens: numbers and an expiry under a 128-bit HMAC-SHA-256 keyed per purpose (HKDF, RFC 5869).
 * Nothing is stored, so a link in an old mail works for as long as the secret is kept.
 */
export class Tokens {
  readonly #secret: string;
  readonly #keys = new Map<string, KeyObject>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  seal(purpose: Purpose, ids: number[], expires?: Date): string {
    const seconds = expires ? Math.floor(expires.getTime() / 1000) : FOR_EVER;
    const body = Buffer.from([seconds, ...ids].map((n) => n.toString(36)).join('.'));
    return `${body.toString('base64url')}~${this.mac(purpose, body).toString('base64url')}`;
  }

  /** @throws TokenForged when the signature does not hold; TokenExpired past its time */
  open(purpose: Purpose, token: string, now: Date): number[] {
    const [body = '', mac = ''] = token.split('~');
    const bytes = Buffer.from(body, 'base64url');
    const given = Buffer.from(mac, 'base64url');
    const right = this.mac(purpose, bytes);
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw new TokenForged();
    const [seconds = 0, ...ids] = bytes
      .toString()
      .split('.')
      .map((text) => Number.parseInt(text, 36));
    if (seconds !== FOR_EVER && seconds * 1000 < now.getTime()) throw new TokenExpired();
    return ids;
  }

  /** A keyed hash, 128 bits: what remains of an address that must never be mailed again. */
  mac(purpose: Purpose | 'suppression' | 'proof', data: Buffer | string): Buffer {
    return createHmac('sha256', this.#key(purpose)).update(data).digest().subarray(0, MAC_BYTES);
  }

  // Bytes would be made into a key object each time, which costs four times what the hash does.
  #key(purpose: string): KeyObject {
    const known = this.#keys.get(purpose);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', this.#secret, 'daybreak', purpose, 32)));
    this.#keys.set(purpose, key);
    return key;
  }
}
