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
    ...[[filled(frame.head, carried, escaped)], lead ? [lead.lead] : []],
    stories.length > 0 ? [frame.storiesOpen, LINE, ...spaced(inFull), LINE, frame.storiesClose] : [],
    // In running text MJML leaves no edges: it begins right after its tag.
    more.length > 0 ? [frame.moreOpen, ...spaced(links), frame.moreClose] : [],
    [frame.tail],
  ].filter(({ length }) => length > 0);
  return {
    html: sections
      .map((section) => section.map(({ html }) => html))
      .reduce(below)
      .join(''),
    text: sections.flatMap((section) => section.map(({ text }) => text)).join(''),
  };
}

const opens = (stories: Carried['stories'], n: number): boolean =>
  n === 0 || (stories[n]?.kicker ?? null) !== (stories[n - 1]?.kicker ?? null);

const LINE: Mail = { html: '\n', text: '' };
const spaced = (cards: Mail[]): Mail[] => cards.flatMap((card, n) => (n > 0 ? [LINE, card] : [card]));

const ENDS = '<![endif]-->';
const BEGINS = '<!--[if mso | IE]>';

/** Conditional comments of neighbours are one, as MJML makes them. */
function below(above: string[], next: string[]): string[] {
  const [last, first] = [above.at(-1) ?? '', next[0] ?? ''];
  return last.endsWith(ENDS) && first.startsWith(BEGINS)
    ? [...above.slice(0, -1), last.slice(0, -ENDS.length), first.slice(BEGINS.length), ...next.slice(1)]
    : [...above, '\n', ...next];
}

function filled({ html, text }: Mail, words: Carried, escaped: Escape): Mail {
  const fill = (part: string, say: Escape) =>
    part
      .split(OWN_WORDS)
      .map((piece, n) => (n % 2 === 1 ? say(words[piece as keyof typeof ownWords]) : piece))
      .join('');
  return { html: fill(html, escaped), text: fill(text, String) };
}
