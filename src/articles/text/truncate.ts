import { endsInAbbreviation } from './abbreviations.ts';

const LIMIT = 300;
// A cut at a sentence, or before an endless word, should not throw most of the text away.
const WORTHWHILE = 0.5;
/** A grapheme has no longest one: four people with their skins are 19 code units, most have one or two. */
const UNITS_EACH = 16;
/** So much further is looked, to know that a sentence really ends. */
const AHEAD = 200;

// Not the machine's language: the same text is cut at the same place everywhere.
const segmenter = (granularity: 'grapheme' | 'word' | 'sentence') => new Intl.Segmenter('en', { granularity });
const [characters, words, sentences] = [segmenter('grapheme'), segmenter('word'), segmenter('sentence')];

/** Whether a text has at most so many characters as a person counts them, and is not made of monstrous ones. */
export const fits = (text: string, most: number): boolean =>
  text.length <= most || (text.length <= most * UNITS_EACH && endsOf(text, most).at(-1) === text.length);

/**
 * At most so many characters, as a person counts them: whole sentences when they are worth it, else whole words and an
 * ellipsis. A text that fits stays as it is.
 */
export function truncate(text: string, most = LIMIT): string {
  if (fits(text, most)) return text;
  const ends = endsOf(text.slice(0, most * UNITS_EACH), most + 1);
  const least = ends[Math.ceil(most * WORTHWHILE) - 1] ?? 0;
  const sentence = lastSentence(text, least, ends[most - 1] ?? ends.at(-1) ?? 0);
  if (sentence) return sentence;
  // A place for the ellipsis; the last one found may be half of one.
  const room = ends.slice(0, Math.min(most, ends.length) - 1);
  const whole = lastWord(text, room);
  return `${whole.length >= least ? whole : text.slice(0, room.at(-1) ?? 0)}…`;
}

/** Where the first `most` characters end. */
function endsOf(text: string, most: number): number[] {
  const ends: number[] = [];
  for (const { index, segment } of characters.segment(text)) {
    if (ends.push(index + segment.length) >= most) break;
  }
  return ends;
}

function lastSentence(text: string, least: number, most: number): string {
  const window = text.slice(0, most + AHEAD);
  let found = '';
  for (const { index, segment } of sentences.segment(window)) {
    const end = index + segment.length;
    const whole = window.slice(0, index + segment.trimEnd().length);
    if (whole.length > most || end === window.length) break;
    if (whole.length >= least && !endsInAbbreviation(whole)) found = whole;
  }
  return found;
}

// An opening bracket or quote is the beginning of what was cut off.
const LOOSE_END = /[\s,;:–—\p{Pd}\p{Ps}\p{Pi}„]+$/u;

function lastWord(text: string, ends: number[]): string {
  const places = new Set(ends);
  const most = ends.at(-1) ?? 0;
  let found = 0;
  // Intl knows where words end without blanks between them.
  for (const { index, segment } of words.segment(text.slice(0, most + AHEAD))) {
    const end = index + segment.length;
    if (end > most) break;
    if (places.has(end)) found = end;
  }
  return text.slice(0, found).replace(LOOSE_END, '');
}
