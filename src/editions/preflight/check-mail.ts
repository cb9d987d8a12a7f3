import { CLIPPED_AT } from '../../platform/mail/clipped-at.ts';
import type { Check, Mail } from './check.ts';
import { contrastOf } from './contrast.ts';
import { cssSupport } from './css-support.ts';
import { pictures } from './pictures.ts';
import { bytesAsSent, kilobytes } from './sizes.ts';
import { filledIn, hasWayOut, unknownSlot } from './slots.ts';

/** What a mail itself tells; asks nobody. */
export const checkMail = (mail: Mail): Check[] => [
  size(mail),
  wayOut(mail),
  filledIn(mail),
  contrastOf(mail.html),
  pictures(mail.html),
  cssSupport(mail.html),
];

/** Quick enough for each of thousands of variants: whether it must not leave at all. */
export function faultOf(mail: Mail): Check | undefined {
  const { html } = mail;
  if (bytesAsSent(html) > CLIPPED_AT) return size(mail);
  if (!hasWayOut(mail)) return wayOut(mail);
  return unknownSlot(mail) ? filledIn(mail) : undefined;
}

function size({ html }: Mail): Check {
  const [bytes, sent] = [Buffer.byteLength(html), bytesAsSent(html)];
  const fits = sent <= CLIPPED_AT;
  const says = `${kilobytes(bytes)} kB of HTML, at most ${kilobytes(sent)} when a relay rewrites its links`;
  const ending = fits ? '.' : ': Gmail cuts off what is over 102, and the way to unsubscribe with it.';
  return { what: 'Size', state: fits ? 'ok' : 'wrong', says: says + ending };
}

function wayOut(mail: Mail): Check {
  const what = 'Unsubscribing';
  if (hasWayOut(mail)) return { what, state: 'ok', says: 'Both parts have the link, before Gmail’s cut.' };
  return { what, state: 'wrong', says: 'The template lacks the link %%unsubscribe_url%% in its HTML or its text.' };
}
