import { nameOf } from '../editions/digest-issue.ts';
import { CLIPPED_AT } from '../platform/mail/clipped-at.ts';
import type { Previewed } from './preview-mail.ts';
import type { Left } from './preview-store.ts';

export const looks = ['phone', 'desktop', 'text', 'headers', 'source'] as const;

/** How a mail is looked at. */
export interface Look {
  look: (typeof looks)[number];
  dark: boolean;
  pictures: boolean;
}

export const isHtml = ({ look }: Look): boolean => look === 'phone' || look === 'desktop';

/** By day or by night, whatever the colours of whoever looks at it. */
export const inLight = (html: string, { dark }: Pick<Look, 'dark'>): string =>
  html.replaceAll(/@media\s*\(prefers-color-scheme:\s*dark\)/g, dark ? '@media all' : '@media not all');

/** A header's fields, each in one line (RFC 5322 §2.2.3). */
export const fieldsOf = (header: string): { name: string; value: string }[] =>
  header
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .filter(Boolean)
    .map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1).trim() }));

export const previewView = ({ at, subject, html, header, source, next }: Previewed) => ({
  ...{ subject, at: at?.toISOString(), fields: fieldsOf(header) },
  kilobytes: { html: Math.ceil(Buffer.byteLength(html) / 1024), all: Math.ceil(Buffer.byteLength(source) / 1024) },
  clipped: Buffer.byteLength(html) > CLIPPED_AT,
  issue: next && nameOf(next.plan),
  held: next?.plan.heldAt != null,
  articles: next?.articles,
  tooFew: next?.tooFew ?? false,
});

export const leftRow = ({ asOf, ...row }: Left) => ({ ...row, asOf: asOf.toISOString() });
