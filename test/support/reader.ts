import type { Newsroom } from './newsroom.ts';
import type { RelayedMail } from './relay.ts';
import { until } from './until.ts';

const CONFIRM = 'Please confirm your subscription';

/** A person at the public doors: a form, an inbox, links in mails. */
export class Reader {
  readonly email: string;
  readonly #town: Newsroom;

  constructor(email: string, town: Newsroom) {
    this.email = email;
    this.#town = town;
  }

  /** Mail about the news; what concerns the subscription itself is in `post`. */
  get inbox(): RelayedMail[] {
    return this.post.filter(({ parsed }) => !/subscri/i.test(parsed.subject ?? ''));
  }

  get post(): RelayedMail[] {
    return this.#town.relay.mails.filter(({ to }) => to === this.email);
  }

  async signsUp(fields: Record<string, unknown> = {}): Promise<Response> {
    return fetch(`${this.#town.url}/forms/1/sign-ups`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ email: this.email, ...fields }),
    });
  }

  /** Signs up and presses the button behind the link of the confirmation mail. */
  async subscribes(newsletters: string[] = ['daily', 'breaking'], timeZone = 'Europe/London'): Promise<this> {
    await this.signsUp({ newsletters, time_zone: timeZone });
    const pressed = await fetch(await this.confirmLink(), { method: 'POST' });
    if (pressed.status !== 200) throw new Error(`confirming answered ${pressed.status}`);
    return this;
  }

  async confirmLink(): Promise<string> {
    const mail = await this.receives(CONFIRM);
    return linkIn(mail, '/confirm/');
  }

  /** Waits for a mail with this subject. */
  receives(subject: string): Promise<RelayedMail> {
    return until(`${this.email} has a mail “${subject}”`, () =>
      this.post.find(({ parsed }) => parsed.subject === subject),
    );
  }

  /** RFC 8058: what a mailbox provider sends when its user presses “unsubscribe”. */
  async unsubscribesByOneClick(mail = this.inbox.at(-1)): Promise<Response> {
    return fetch(oneClickUrl(mail), {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
      redirect: 'manual',
    });
  }
}

/** The https (here http) address of List-Unsubscribe. */
export function oneClickUrl(mail: RelayedMail | undefined): string {
  const header = mail?.parsed.headerLines.find(({ key }) => key === 'list-unsubscribe')?.line ?? '';
  const url = /<(http[^>]+)>/.exec(header.replace(/\s+/g, ''))?.[1];
  if (!url) throw new Error(`no one-click address in: ${header}`);
  return url;
}

export function linkIn(mail: RelayedMail, path: string): string {
  const url = mail.parsed.text?.match(/https?:\/\/\S+/g)?.find((link) => link.includes(path));
  if (!url) throw new Error(`the mail has no link to ${path}`);
  return url;
}
