import { createHash, createPrivateKey, hash, type KeyObject, sign as signRaw } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { DomainError } from '../../kernel/errors.ts';
import type { HeaderField, WireMessage } from './wire-message.ts';

export interface DkimOptions {
  domain: string;
  /** One signature each: usually one key, or an RSA and an Ed25519 key side by side (RFC 8463 §3). */
  keys: { selector: string; keyFile: string }[];
}

/** The DKIM-Signature fields to be put before a message, each with its CRLF; empty when mail goes out unsigned. */
export type Sign = (message: WireMessage) => Promise<string>;

interface SigningKey {
  selector: string;
  algorithm: 'rsa-sha256' | 'ed25519-sha256';
  key: KeyObject;
}

/** Named once more than they occur, so that adding a second one breaks the signature (RFC 6376 §8.15). */
const OVERSIGNED = ['From', 'Subject', 'To', 'List-Unsubscribe', 'List-Unsubscribe-Post'];

// On the thread pool: an RSA signature takes longer than everything else a message needs.
const signOffThread = promisify<string | null, Buffer, KeyObject, Buffer>(signRaw);

/**
 * Signs every field of a message by RFC 6376, relaxed/relaxed, and RFC 8463. A wire message is its own relaxed form, so
 * the body is hashed as it is.
 * @throws DomainError when a key file holds no private key that can sign
 */
export function createSigner(options: DkimOptions | undefined): Sign {
  if (!options) return async () => '';
  const keys = options.keys.map(readKey);
  return async ({ fields, body }) => {
    const digest = createHash('sha256');
    for (const piece of body) digest.update(piece);
    const bodyHash = digest.digest('base64');
    const signatures = await Promise.all(keys.map((key) => signature(key, options.domain, fields, bodyHash)));
    return signatures.join('');
  };
}

async function signature(
  { selector, algorithm, key }: SigningKey,
  domain: string,
  fields: HeaderField[],
  bodyHash: string,
): Promise<string> {
  const names = [...fields.map(({ name }) => name), ...OVERSIGNED];
  const tags = [
    `v=1; a=${algorithm}; c=relaxed/relaxed; d=${domain}; s=${selector};`,
    ...lines(`h=${names.join(':')};`, /.{1,71}(?::|;)/g),
    `bh=${bodyHash};`,
    'b=',
  ];
  const own = `dkim-signature:${tags.join(' ')}`;
  const signed = Buffer.from(`${fields.map(({ canonical }) => canonical).join('\r\n')}\r\n${own}`);
  const bytes = await (algorithm === 'rsa-sha256'
    ? signOffThread('sha256', signed, key)
    : signOffThread(null, hash('sha256', signed, 'buffer'), key));
  return `DKIM-Signature: ${tags.join('\r\n ')}${lines(bytes.toString('base64'), /.{1,72}/g).join('\r\n ')}\r\n`;
}

const lines = (text: string, of: RegExp): string[] => text.match(of) ?? [text];

function readKey({ selector, keyFile }: DkimOptions['keys'][number]): SigningKey {
  const key = privateKeyIn(keyFile);
  if (key.asymmetricKeyType === 'ed25519') return { selector, algorithm: 'ed25519-sha256', key };
  if (key.asymmetricKeyType === 'rsa') return { selector, algorithm: 'rsa-sha256', key };
  throw unusable(`a key of type ${key.asymmetricKeyType} cannot sign mail: use RSA or Ed25519`);
}

export function privateKeyIn(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw unusable(`no private key can be read (${code})`);
  }
}

const unusable = (why: string) => new DomainError('bad-configuration', 'invalid', `DKIM_PRIVATE_KEY_FILE: ${why}.`);
