import type { Clock } from '../../kernel/clock.ts';
import { type Brand, dressed } from './brand.ts';
import type { Carried, Mail, Pieces } from './compositions.ts';
import { cuts, cutUp, joinedMail, ownWords } from './cut-mail.ts';
import { createLiquid } from './liquid.ts';
import type { Messages } from './messages.ts';
import type { OwnTemplates } from './own-templates.ts';
import { createPrinter } from './printer.ts';

export type Render = <Data extends { brand: Brand }>(name: string, data: Data) => Promise<Mail>;
export type Digest = Carried & { brand: Brand };

/** Where mails are laid out: whole, or in pieces that are put together later. */
export function createWorkshop(messages: Messages, clock: Clock, own?: OwnTemplates) {
  const print = createPrinter(messages, clock, own);
  const liquid = createLiquid('emails', messages, clock);
  const printed = liquid.parse('{{ words }}');
  const escaped = (words: string): string => String(liquid.renderSync(printed, { words }));

  /** @param slots what is no data, and may look like a slot */
  const layOut = async (name: string, data: { brand: Brand }, slots = {}): Promise<Mail> => {
    const safe = withoutSlots({ ...data, brand: dressed(data.brand) });
    const { html, text } = await print(name, { ...safe, ...slots });
    return { html: withoutIndent(html), text };
  };

  const renderWhole: Render = async (name, data) => withoutGaps(await layOut(name, data));

  return {
    renderWhole,
    whole: (data: Carried) => renderWhole('digest', data as Digest),
    inPieces: async (shared: object, card: object) => {
      const everywhere = { lead: card, stories: [card, card], more: [card] };
      return cutUp(await layOut('digest', { ...(shared as Digest), ...everywhere }, { ...ownWords, ...cuts }));
    },
    joined: (frame: Pieces, carried: Carried, cards: Pieces[]) => {
      const own = { subject: withoutIndent(carried.subject), preheader: withoutIndent(carried.preheader) };
      return withoutGaps(joinedMail(frame, { ...carried, ...withoutSlots(own) }, cards, escaped));
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
const withoutGaps = ({ html, text }: Mail): Mail => ({
  html,
  text: `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`,
});

/** Slots are filled in the rendered mail: they stand in templates, and nothing that is printed there may look like one. In an address `%%` is no text. */
export function withoutSlots<T>(view: T): T {
  if (typeof view === 'string') return view.replaceAll('%%', /^https?:/.test(view) ? '%25%25' : '%\u2060%') as T;
  // A template is given words, nothing that can be called.
  if (typeof view === 'function') return undefined as T;
  if (view instanceof Date || typeof view !== 'object' || view === null) return view;
  if (Array.isArray(view)) return view.map(withoutSlots) as T;
  return Object.fromEntries(Object.entries(view).map(([key, value]) => [key, withoutSlots(value)])) as T;
}
