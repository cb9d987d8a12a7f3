import type { Response } from 'express';

/** A mail styles itself inline; nothing in it may run or leave, and only our own page may frame it. */
const framed = (pictures: boolean): string =>
  [
    "default-src 'none'; style-src 'unsafe-inline'",
    `img-src ${pictures ? "'self' https: data:" : "'none'"}`,
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox",
  ].join('; ');

/** Shows a mail inside the console, as a page of its own or in a frame. */
export function sendFramed(
  res: Response,
  mail: string,
  type: 'html' | 'text/plain' = 'html',
  { pictures }: { pictures: boolean } = { pictures: true },
): void {
  res.removeHeader('X-Frame-Options');
  res.type(type).set('Content-Security-Policy', framed(pictures)).send(mail);
}
