import { simpleParser } from 'mailparser';

export interface Dsn {
  /** Enhanced status code of the first failed recipient (RFC 3464 §2.3.4). */
  status: string;
  diagnostic: string | null;
}

/** Null when the mail is no report of a failed delivery: a delay, an out-of-office reply, anything else. */
export async function parseDsn(raw: Buffer): Promise<Dsn | null> {
  const mail = await simpleParser(raw, { keepDeliveryStatus: true, skipHtmlToText: true, skipTextToHtml: true });
  const report = mail.attachments.find(({ contentType }) => contentType === 'message/delivery-status');
  if (!report) return null;
  const text = report.content.toString('utf8').replace(/\r?\n[ \t]+/g, ' ');
  if (!/^Action:\s*failed\s*$/im.test(text)) return null;
  const status = /^Status:\s*([245]\.\d{1,3}\.\d{1,3})\b/im.exec(text)?.[1];
  if (!status) return null;
  return { status, diagnostic: /^Diagnostic-Code:\s*(.+)$/im.exec(text)?.[1]?.slice(0, 500) ?? null };
}
