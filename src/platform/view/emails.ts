import { accents } from './accent.ts';
import type { Brand } from './brand.ts';
import { createLiquid, spokenIn } from './liquid.ts';
import type { Messages } from './messages.ts';

export interface Emails {
  /** `name` is a pair of files in `templates/emails`: `.mjml` for the HTML part, `.txt` for the text part. */
  render<Data extends { brand: Brand }>(name: string, data: Data): Promise<{ html: string; text: string }>;
}

// Includes stay off: what stands in an article must never name a file. No web fonts: no third-party request.
const MJML = { validationLevel: 'strict', ignoreIncludes: true, keepComments: false, fonts: {} } as const;

export function createEmails(messages: Messages): Emails {
  const marked = createLiquid('emails', messages);
  const plain = createLiquid('emails', messages, { plain: true });
  return {
    async render(name, data) {
      const scope = withoutSlots({ ...data, brand: { ...data.brand, ...accents(data.brand.accent) } });
      const mjml = await marked.renderFile(`${name}.mjml`, scope, spokenIn(scope));
      // Loaded when first needed: it takes 90 MB, and most processes never render a mail.
      const { default: mjml2html } = await import('mjml');
      const { html } = await mjml2html(mjml, MJML);
      return {
        html: withoutIndent(html),
        text: withoutGaps(await plain.renderFile(`${name}.txt`, scope, spokenIn(scope))),
      };
    },
  };
}

/** MJML's indentation is a fifth of the bytes. Lines stay: RFC 5322 wants them short. */
const withoutIndent = (html: string): string =>
  html
    .replace(/^[ \t]+/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();

/** Tags that print nothing leave their line behind. */
const withoutGaps = (text: string): string =>
  `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;

/** Slots are filled in the rendered mail: they stand in templates, and nothing that is printed there may look like one. In an address `%%` is no text. */
function withoutSlots<T>(view: T): T {
  if (typeof view === 'string') return view.replaceAll('%%', /^https?:/.test(view) ? '%25%25' : '%\u2060%') as T;
  if (view instanceof Date || typeof view !== 'object' || view === null) return view;
  if (Array.isArray(view)) return view.map(withoutSlots) as T;
  return Object.fromEntries(Object.entries(view).map(([key, value]) => [key, withoutSlots(value)])) as T;
}

/** A mail that is looked at by somebody it was not sent to: links that are a reader's own lead nowhere. */
export const withoutOwnLinks = (mail: string): string => mail.replaceAll(/%%[a-z_]+_url%%/g, '#');
