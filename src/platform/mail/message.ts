import MailComposer from 'nodemailer/lib/mail-composer';

export interface Message {
  from: { name: string; address: string };
  replyTo?: string | undefined;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Without angle brackets. */
  messageId: string;
  date: Date;
  headers?: Record<string, string>;
}

/** The MIME bytes of one mail: multipart/alternative, text first. */
export function compose(message: Message): Promise<Buffer> {
  const { headers, replyTo, messageId, ...rest } = message;
  const composer = new MailComposer({
    ...rest,
    messageId: `<${messageId}>`,
    ...(replyTo && { replyTo }),
    headers: { 'Auto-Submitted': 'auto-generated', ...headers },
    // Articles decide the content: nothing in it may name a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: '\r\n',
  });
  return composer.compile().build();
}
