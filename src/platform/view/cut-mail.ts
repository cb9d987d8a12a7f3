import { type Carried, type Mail, PIECES, type Pieces } from './compositions.ts';

type Escape = (words: string) => string;

/** What a template prints where it may be cut. Nothing that is printed from data holds `%%`. */
const CUT = '%%cut%%';
export const cuts = { cut: CUT, cutTag: `<mj-raw>${CUT}</mj-raw>` };

/** What stands in the place of words that are another mail's own. */
export const ownWords = { subject: '%%subject%%', preheader: '%%preheader%%' };
const OWN_WORDS = /%%(subject|preheader)%%/;

/** Undefined where a template was not cut, or not where it is expected. */
export function cutUp({ html, text }: Mail): Pieces | undefined {
  const [marked, plain] = [html.split(/\s*%%cut%%\s*/), text.split(CUT)];
  if (marked.length !== PIECES.length || plain.length !== PIECES.length) return undefined;
  const pieces = PIECES.map((name, n) => [name, { html: own(marked[n]), text: own(plain[n]) }]);
  return Object.fromEntries(pieces) as Pieces;
}

/** A copy: what is cut out of a text keeps all of that text in memory. */
const own = (piece = ''): string => Buffer.from(piece).toString();

/** @param cards the lead, the stories, then the links */
export function joinedMail(frame: Pieces, carried: Carried, cards: Pieces[], escaped: Escape): Mail {
  const { stories, more } = carried;
  const [lead, ...others] = cards;
  const inFull = stories.flatMap((_, n) => others[n]?.[opens(stories, n) ? 'opening' : 'story'] ?? []);
  const links = others.slice(stories.length).map(({ link }) => link);
  const sections = [
    ...[filled(frame.head, carried, escaped), ...(lead ? [lead.lead] : [])],
    ...(stories.length > 0 ? [section(frame.storiesOpen, inFull, frame.storiesClose, '\n')] : []),
    ...(more.length > 0 ? [section(frame.moreOpen, links, frame.moreClose, '')] : []),
    frame.tail,
  ];
  return { html: sections.map(({ html }) => html).reduce(below), text: sections.map(({ text }) => text).join('') };
}

const opens = (stories: Carried['stories'], n: number): boolean =>
  n === 0 || (stories[n]?.kicker ?? null) !== (stories[n - 1]?.kicker ?? null);

/** @param edge none where MJML leaves none: in running text, which begins right after its tag */
const section = (open: Mail, cards: Mail[], close: Mail, edge: string): Mail => ({
  html: open.html + edge + cards.map(({ html }) => html).join('\n') + edge + close.html,
  text: open.text + cards.map(({ text }) => text).join('') + close.text,
});

const ENDS = '<![endif]-->';
const BEGINS = '<!--[if mso | IE]>';

/** Conditional comments of neighbours are one, as MJML makes them. */
const below = (above: string, next: string): string =>
  above.endsWith(ENDS) && next.startsWith(BEGINS)
    ? above.slice(0, -ENDS.length) + next.slice(BEGINS.length)
    : `${above}\n${next}`;

function filled({ html, text }: Mail, words: Carried, escaped: Escape): Mail {
  const fill = (part: string, say: Escape) =>
    part
      .split(OWN_WORDS)
      .map((piece, n) => (n % 2 === 1 ? say(words[piece as keyof typeof ownWords]) : piece))
      .join('');
  return { html: fill(html, escaped), text: fill(text, String) };
}
