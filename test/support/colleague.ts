import { createHmac } from 'node:crypto';
import type { Role } from '../../src/platform/http/staff.ts';
import { invitationUrl, inviteOrAgain } from '../../src/staff/invite.ts';
import type { Newsroom } from './newsroom.ts';

export const PASSWORD = 'harbour kettle seventeen moss';

/** Somebody of the newsroom with a browser that knows cookies and forms, and no JavaScript. */
export class Colleague {
  readonly email: string;
  readonly #town: Newsroom;
  readonly cookies = new Map<string, string>();

  constructor(email: string, town: Newsroom) {
    this.email = email;
    this.#town = town;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#ask('GET', path, undefined, headers);
  }

  /** Sends a form from one of our own pages. */
  post(
    path: string,
    fields: Record<string, string> | [string, string][] = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.#ask('POST', path, new URLSearchParams(fields), { Origin: this.#town.context.baseUrl, ...headers });
  }

  signsIn(password = PASSWORD): Promise<Response> {
    return this.post('/console/sign-in', { email: this.email, password });
  }

  async page(path: string): Promise<string> {
    const answer = await this.get(path);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status} ${answer.headers.get('Location')}`);
    return answer.text();
  }

  async #ask(method: string, path: string, body: URLSearchParams | undefined, headers: Record<string, string>) {
    const Cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.#town.url), {
      method,
      headers: { Accept: 'text/html', Cookie, ...headers },
      redirect: 'manual',
      ...(body && { body }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Invited as the command line does it, with a password, and signed in. */
export async function colleague(town: Newsroom, role: Role, email = `${role}@post.example`): Promise<Colleague> {
  const person = await inviteOrAgain({ email, name: `Kim ${role}`, role }, town.context);
  const link = invitationUrl(person, town.context) ?? '';
  const kim = new Colleague(email, town);
  const accepted = await kim.post(new URL(link).pathname, { password: PASSWORD });
  if (accepted.status !== 303) throw new Error(`the invitation was answered ${accepted.status}`);
  return kim;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows (RFC 6238; SHA-1, 30 s, six digits). @param secret in base 32 */
export function codeOf(secret: string, at = Date.now()): string {
  const bits = Array.from(secret.replaceAll(/[\s=]/g, ''), (letter) =>
    BASE32.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
