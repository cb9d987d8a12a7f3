import type { Response } from 'express';

/** A mail styles itself inline; nothing in it may run, and only our own page may frame it. */
const framed = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; frame-ancestors 'self'; sandbox",
};

/** Shows a mail inside the console, as a page of its own or in a frame. */
export function sendFramed(res: Response, mail: string, type: 'html' | 'text/plain' = 'html'): void {
  res.removeHeader('X-Frame-Options');
  res.type(type).set(framed).send(mail);
}
