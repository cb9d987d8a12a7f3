import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import DKIM from 'nodemailer/lib/dkim';
import { DomainError } from '../../kernel/errors.ts';

export interface DkimOptions {
  domain: string;
  selector: string;
  keyFile: string;
}

// RFC 8058 §4 wants both list headers signed; nodemailer's own list of fields leaves several of these out.
const SIGNED = [
  ...['From', 'Reply-To', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type'],
  ...['List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID', 'Auto-Submitted', 'References'],
].join(':');

export type Sign = (message: Buffer) => Promise<Buffer>;

/** @throws DomainError when the key file holds no private key that can be read */
export function createSigner(options: DkimOptions | undefined): Sign {
  if (!options) return async (message) => message;
  const privateKey = readKey(options.keyFile);
  const dkim = new DKIM({
    domainName: options.domain,
    keySelector: options.selector,
    privateKey,
    headerFieldNames: SIGNED,
  });
  return async (message) => Buffer.concat(await dkim.sign(message).toArray());
}

function readKey(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    createPrivateKey(pem);
    return pem;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new DomainError(
      'bad-configuration',
      'invalid',
      `DKIM_PRIVATE_KEY_FILE: no private key can be read (${code}).`,
    );
  }
}
