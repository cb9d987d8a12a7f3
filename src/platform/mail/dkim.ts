import { readFileSync } from 'node:fs';
import DKIM from 'nodemailer/lib/dkim';

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

/** @throws when the key file cannot be read */
export function createSigner(options: DkimOptions | undefined): Sign {
  if (!options) return async (message) => message;
  const privateKey = readFileSync(options.keyFile, 'utf8');
  const dkim = new DKIM({
    domainName: options.domain,
    keySelector: options.selector,
    privateKey,
    headerFieldNames: SIGNED,
  });
  return async (message) => Buffer.concat(await dkim.sign(message).toArray());
}
