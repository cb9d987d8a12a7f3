import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { DomainError } from './errors.ts';

/** What a token may do. One made for one purpose opens nothing else. */
export type Purpose =
  | 'confirm'
  | 'unsubscribe'
  | 'preferences'
  | 'view'
  | 'move-address'
  | 'keep-address'
  | 'bounce'
  | 'invitation'
  | 'form';

export class TokenForged extends DomainError {
  constructor() {
    super('token-forged', 'not-found', 'problem.link-incomplete');
  }
}

export class TokenExpired extends DomainError {
  constructor() {
    super('token-expired', 'gone', 'problem.link-over');
  }
}

const MAC_BYTES = 16;
const FOR_EVER = 0;
const KEY_NUMBER_BYTES = 3;

/** Names a secret without telling it: the same number wherever the secret stands in a list. */
export const keyNumberOf = (secret: string): number =>
  Buffer.from(hkdfSync('sha256', secret, 'daybreak', 'key id', KEY_NUMBER_BYTES)).readUIntBE(0, KEY_NUMBER_BYTES);

/** One secret, and a key derived from it for each purpose (HKDF, RFC 5869). */
class Key {
  readonly id: string;
  readonly #secret: string;
  readonly #derived = new Map<string, KeyObject>();

  constructor(secret: string) {
    this.id = keyNumberOf(secret).toString(36);
    this.#secret = secret;
  }

  mac(purpose: string, data: Buffer | string): Buffer {
    return createHmac('sha256', this.#for(purpose)).update(data).digest().subarray(0, MAC_BYTES);
  }

  // Bytes would be made into a key object each time, which costs four times what the hash does.
  #for(purpose: string): KeyObject {
    const known = this.#derived.get(purpose);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', this.#secret, 'daybreak', purpose, 32)));
    this.#derived.set(purpose, key);
    return key;
  }
}

/** What a token says, whether or not its time is over. */
export interface Sealed {
  ids: number[];
  expired: boolean;
}

/**
 * Signed, self-contained tokens: numbers and an expiry under a 128-bit HMAC-SHA-256 keyed per purpose, with the id of
 * the secret it was made under. Nothing is stored, so a link in an old mail works for as long as its secret is kept.
 */
export class Tokens {
  readonly #current: Key;
  readonly #first: Key;
  readonly #keys: Key[];

  /** @param oldSecrets newest first; they open what was made under them, and make nothing new */
  constructor(secret: string, oldSecrets: string[] = []) {
    this.#current = new Key(secret);
    this.#keys = [this.#current, ...oldSecrets.map((old) => new Key(old))];
    this.#first = this.#keys.at(-1) ?? this.#current;
  }

  seal(purpose: Purpose, ids: number[], expires?: Date): string {
    const seconds = expires ? Math.floor(expires.getTime() / 1000) : FOR_EVER;
    const body = [seconds, ...ids].map((n) => n.toString(36)).join('.');
    const { id } = this.#current;
    const mac = this.#current.mac(purpose, `${id}~${body}`);
    return `${id}~${Buffer.from(body).toString('base64url')}~${mac.toString('base64url')}`;
  }

  /** @throws TokenForged when the signature does not hold; TokenExpired past its time */
  open(purpose: Purpose, token: string, now: Date): number[] {
    const { ids, expired } = this.read(purpose, token, now);
    if (expired) throw new TokenExpired();
    return ids;
  }

  /** @throws TokenForged when the signature does not hold */
  read(purpose: Purpose, token: string, now: Date): Sealed {
    const parts = token.split('~');
    const [body = '', mac = ''] = parts.slice(-2);
    const bytes = Buffer.from(body, 'base64url');
    const given = Buffer.from(mac, 'base64url');
    const holds = this.#candidates(parts, bytes).some(({ key, data }) => {
      const right = key.mac(purpose, data);
      return given.length === right.length && timingSafeEqual(given, right);
    });
    if (!holds) throw new TokenForged();
    const [seconds = 0, ...ids] = bytes
      .toString()
      .split('.')
      .map((text) => Number.parseInt(text, 36));
    return { ids, expired: seconds !== FOR_EVER && seconds * 1000 < now.getTime() };
  }

  /** What may have been signed, and with which key. Tokens of before there were key ids name none: any may be theirs. */
  #candidates(parts: string[], bytes: Buffer): { key: Key; data: Buffer }[] {
    if (parts.length === 2) return this.#keys.map((key) => ({ key, data: bytes }));
    if (parts.length !== 3) return [];
    const [id = ''] = parts;
    const data = Buffer.concat([Buffer.from(`${id}~`), bytes]);
    return this.#keys.filter((key) => key.id === id).map((key) => ({ key, data }));
  }

  /**
   * A keyed hash, 128 bits. What remains of an address that must never be mailed again is made under the first secret
   * for ever: nobody could make it anew under another without the address.
   */
  mac(purpose: Purpose | 'suppression' | 'proof', data: Buffer | string): Buffer {
    return (purpose === 'suppression' ? this.#first : this.#current).mac(purpose, data);
  }

  /** The same under every secret, the current one first: what was made before a rotation is still known again. */
  macs(purpose: Purpose, data: Buffer | string): Buffer[] {
    return this.#keys.map((key) => key.mac(purpose, data));
  }
}
