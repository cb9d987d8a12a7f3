import { createPublicKey, type KeyObject } from 'node:crypto';
import { type DkimOptions, privateKeyIn } from './dkim.ts';

export interface DkimRecord {
  selector: string;
  /** Where it must be published. */
  name: string;
  /** `rsa` or `ed25519` (RFC 8463). */
  type: string;
  /** Of an RSA key. */
  bits: number | undefined;
  /** What stands behind `p=`. */
  publicKey: string;
  value: string;
}

/** What must stand in the DNS for our signatures to hold, from the private keys (RFC 6376 §3.6.1, RFC 8463 §4). */
export function dkimRecords({ domain, keys }: DkimOptions): DkimRecord[] {
  return keys.map(({ selector, keyFile }) => {
    const key = createPublicKey(privateKeyIn(keyFile));
    const type = key.asymmetricKeyType ?? 'rsa';
    const publicKey = type === 'ed25519' ? bare(key) : key.export({ type: 'spki', format: 'der' }).toString('base64');
    return {
      ...{ selector, type, publicKey, bits: key.asymmetricKeyDetails?.modulusLength },
      name: `${selector}._domainkey.${domain}`,
      value: `v=DKIM1; k=${type}; p=${publicKey}`,
    };
  });
}

/** The 32 bytes alone, without the ASN.1 around them. */
const bare = (key: KeyObject): string =>
  Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
