import type { Check, Mail } from './check.ts';

/** What the send fills in for each reader. */
const KNOWN = ['unsubscribe_url', 'preferences_url', 'archive_url'];
const SLOT = /%%(\w+)%%/g;
/** As other systems and templates write what is to be filled in. */
const LEFT_OVER = /\{\{[^{}]{1,80}\}\}|\{%[^{}]{1,80}%\}|\*\|[A-Z_]{2,40}\|\*/;

/** A slot nobody fills; nothing that stands in an article can look like one. */
export function unknownSlot({ html, text }: Omit<Mail, 'subject'>): string | undefined {
  for (const part of [html, text])
    for (const [whole, name = ''] of part.matchAll(SLOT)) if (!KNOWN.includes(name)) return whole;
  return undefined;
}

export function filledIn(mail: Mail): Check {
  const what = 'Filled in';
  const slot = unknownSlot(mail);
  if (slot) return { what, state: 'wrong', says: `The template asks for ${slot}, which nothing fills. Mend it.` };
  // Ours is rendered: braces that are left stand in somebody's words, and may be meant.
  const [hole] = LEFT_OVER.exec(`${mail.subject}\n${mail.text}`) ?? [];
  if (hole) return { what, state: 'unsure', says: `“${hole}” stands in it. Is that meant?` };
  return { what, state: 'ok', says: 'Nothing is left to fill in.' };
}

export const hasWayOut = ({ html, text }: Omit<Mail, 'subject'>): boolean =>
  html.includes('href="%%unsubscribe_url%%"') && text.includes('%%unsubscribe_url%%');
