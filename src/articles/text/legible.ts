// What some words and emoji cannot be written without is judged by where it stands: joiners, variation selectors, tags.
const JUDGED = '[\\u200c\\u200d]|[\\u180b-\\u180f\\ufe00-\\ufe0f]|[\\u{e0020}-\\u{e007f}\\u{e0100}-\\u{e01ef}]';
const UNSEEN = new RegExp(
  // Bidi controls (one headline reads as another), zero-width blanks, fillers, soft hyphens.
  `(?!${JUDGED})\\p{Default_Ignorable_Code_Point}` +
    // Private use marks the slots of message templates; lone surrogates and noncharacters are no text.
    '|[\\p{Co}\\p{Cs}\\p{Noncharacter_Code_Point}\\ufff9-\\ufffc]',
  'gu',
);
const VARIATION = '[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]';
// It varies what stands before it; several in a row would be a hiding place.
const STRAY_VARIATION = new RegExp(
  `(?<=^|[^\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]|${VARIATION})${VARIATION}|(?<!\\p{Script=Mongolian})[\\u180b-\\u180f]`,
  'gu',
);
// Tags spell hidden ASCII, and are right in flags only: a black flag, the region's code, an end.
const TAGS = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}|[\u{e0020}-\u{e007f}]/gu;

// Scripts whose letters join: Persian می‌خواهم needs its ZWNJ, Bengali and Sinhala conjuncts their ZWJ.
const JOINING = [
  ...['Arab', 'Syrc', 'Mand', 'Mong', 'Nkoo', 'Adlm', 'Rohg', 'Phag', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml'],
  ...['Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr', 'Tibt', 'Bali', 'Java', 'Sund', 'Tirh', 'Newa', 'Mtei', 'Cakm'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');
const LETTER = `(?:(?![^\\p{L}\\p{M}])[${JOINING}])`;
const EMOJI = '\\p{Extended_Pictographic}';
const STRAY_JOINER = new RegExp(
  `(?<!${LETTER})(?<!${EMOJI}[\\ufe0f\\p{Emoji_Modifier}]?)[\\u200c\\u200d]` +
    `|(?<!${LETTER})\\u200c|\\u200c(?!${LETTER})|(?<!${LETTER})\\u200d(?!${EMOJI})`,
  'gu',
);

// Lithuanian, Navajo and IPA put two marks on a letter, pointed Hebrew and Tibetan stacks more of their own script.
const TOO_MANY_COMMON = /(\p{Script=Inherited}{3})\p{Script=Inherited}+/gu;
const TOO_MANY_MARKS = /([\p{M}\u200c\u200d]{6})[\p{M}\u200c\u200d]+/gu;
const TOO_MANY_TONES = /(\p{Emoji_Modifier})\p{Emoji_Modifier}+/gu;
// The longest emoji there is joins four people with their skins.
const TOO_LONG_EMOJI = new RegExp(`(?:${EMOJI}[\\ufe0f\\p{Emoji_Modifier}]?\\u200d){10}`, 'gu');

const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;
const PLAIN =
  /^(?! )(?:(?! {2})[\x20-\x7e\xa1-\xac\xae-\xff\u0100-\u02ff\u0370-\u0373\u0400-\u0482\u2010-\u2027])*(?<! )$/;

/**
 * One line of text in NFC with nothing unseen in it, every script and emoji kept. Doing it twice changes nothing.
 */
export function legible(text: string): string {
  if (PLAIN.test(text)) return text;
  // What is taken out brings together what was apart.
  for (let rest = text, cleaned = once(rest); ; rest = cleaned, cleaned = once(rest)) if (cleaned === rest) return rest;
}

const once = (text: string): string =>
  text
    .replace(CONTROLS, ' ')
    .replace(UNSEEN, '')
    .replace(TAGS, (found) => (found.startsWith('\u{1f3f4}') ? found : ''))
    .replace(STRAY_VARIATION, '')
    .normalize('NFC')
    .replace(/([\u200c\u200d])[\u200c\u200d]+/g, '$1')
    .replace(STRAY_JOINER, '')
    .replace(TOO_MANY_COMMON, '$1')
    .replace(TOO_MANY_MARKS, '$1')
    .replace(TOO_MANY_TONES, '$1')
    .replace(TOO_LONG_EMOJI, (chain) => chain.slice(0, -1))
    .replace(/\s+/g, ' ')
    .trim();
