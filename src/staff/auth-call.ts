import type { IncomingHttpHeaders } from 'node:http';
import type { DomainError } from '../kernel/errors.ts';

/** `cookies` are the `Set-Cookie` lines that belong to it. */
export interface Answer<Value> {
  value: Value;
  cookies: string[];
}

/** Whoever came in. */
export interface Entered {
  id: number;
  email: string;
}

/** Of all that a request carries only the cookies, and what a session remembers of its browser. */
export function web({ cookie = '', 'user-agent': browser = '' }: IncomingHttpHeaders): Headers {
  return new Headers({ cookie, 'user-agent': browser.slice(0, 300) });
}

/** For the ways in: to somebody who is in already the library answers without counting, so there they count as outside. */
export function webOutside({ cookie = '', ...headers }: IncomingHttpHeaders): Headers {
  const kept = cookie.split(';').filter((pair) => !pair.split('=')[0]?.trim().endsWith('session_token'));
  return web({ ...headers, cookie: kept.join(';') });
}

/** What the library refuses, it throws with a status; anything else is a fault of ours. */
export async function orElse<T>(call: Promise<T>, refusal: (error: LibraryRefusal) => DomainError): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isRefusal(error)) throw refusal(error);
    throw error;
  }
}

interface LibraryRefusal {
  statusCode: number;
  body?: { code?: string };
}

function isRefusal(error: unknown): error is LibraryRefusal {
  const { statusCode, body } = (error ?? {}) as Partial<LibraryRefusal>;
  // A passkey made wrongly is the one refusal that the library calls a fault of its own.
  return typeof statusCode === 'number' && (statusCode < 500 || body?.code === 'FAILED_TO_VERIFY_REGISTRATION');
}
