import { kept } from '../../kernel/kept.ts';

/** A mail's two parts. */
export interface Mail {
  html: string;
  text: string;
}

/** What differs between the mails of one edition: everything else they say is the same. */
export interface Carried {
  subject: string;
  preheader: string;
  lead: Card;
  stories: Card[];
  more: Card[];
}

interface Card {
  kicker?: string | null;
}

/** What stands between the cuts of a template; a story that opens a section looks other than one that follows. */
export const PIECES = [
  ...(['head', 'lead', 'storiesOpen', 'opening', 'story', 'storiesClose'] as const),
  ...(['moreOpen', 'link', 'moreClose', 'tail'] as const),
] as const;
export type Pieces = Record<(typeof PIECES)[number], Mail>;

interface Workshop {
  whole(data: Carried): Promise<Mail>;
  /** A mail of one card in every place, in pieces; undefined where the template lacks the cuts. */
  inPieces(shared: object, card: object): Promise<Pieces | undefined>;
  joined(frame: Pieces, carried: Carried, cards: Pieces[]): Mail;
}

/** An edition of a few variants is rendered before its cards were. */
export const ALONE = 3;
const FRAMES_KEPT = 20;
/** Some 10 kB each; an edition considers at most 2,000 articles. */
const CARDS_KEPT = 2500;

interface Frame {
  id: number;
  rendered: number;
  /** In which arrangements what was composed has been found to be what is rendered whole. */
  proven: Set<string>;
  unfit: boolean;
}

/**
 * Mails of the same frame and the same cards, in ever other sets: each card is laid out once, and mails are put
 * together from them. A template that cannot be cut, or comes out otherwise than in one piece, is rendered whole.
 */
export function createCompositions({ whole, inPieces, joined }: Workshop) {
  const frames = new Map<string, Frame>();
  const cards = new Map<string, Promise<Pieces | undefined>>();
  let made = 0;

  return async (data: Carried): Promise<Mail> => {
    const { subject, preheader, lead, stories, more, ...shared } = data;
    const frame = kept(frames, JSON.stringify(shared), FRAMES_KEPT, () => newFrame(++made));
    frame.rendered += 1;
    // MJML prints nothing around words that are not there.
    const wordless = subject.trim() === '' || preheader.trim() === '';
    if (frame.unfit || frame.rendered <= ALONE || wordless) return whole(data);
    const pieces = await Promise.all([lead, ...stories, ...more].map((card) => piecesOf(card, frame, shared)));
    const [first] = pieces;
    const fit = pieces.filter((piece) => piece !== undefined);
    if (!first || fit.length < pieces.length) return whole(data);
    const composed = joined(first, data, fit);
    return frame.proven.has(arrangement(data)) ? composed : prove(composed, frame, data);
  };

  function piecesOf(card: object, { id }: Frame, shared: object): Promise<Pieces | undefined> {
    const key = `${id} ${JSON.stringify(card)}`;
    return kept(cards, key, CARDS_KEPT, () =>
      inPieces(shared, card).catch((error: unknown) => {
        cards.delete(key);
        throw error;
      }),
    );
  }

  async function prove(composed: Mail, frame: Frame, data: Carried): Promise<Mail> {
    const mail = await whole(data);
    frame.unfit ||= mail.html !== composed.html || mail.text !== composed.text;
    frame.proven.add(arrangement(data));
    return mail;
  }
}

const newFrame = (id: number): Frame => ({ id, rendered: 0, proven: new Set(), unfit: false });

/** A template may tell how many there are. */
const arrangement = ({ stories, more }: Carried): string => `${stories.length} ${more.length}`;
