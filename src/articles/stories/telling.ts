import { kinOf } from './kin-words.ts';
import { stem } from './stem.ts';
import { isCommon, stopWordsOf } from './stop-words.ts';
import { folded, tokensOf } from './tokens.ts';

/** What an article says, as sets that can be compared. */
export interface Telling {
  /** Stems with what they weigh. */
  words: Map<string, number>;
  /** Two words that follow one another. */
  pairs: Set<string>;
  /** Days of the week that are named. */
  days: Set<number>;
  /** `2-1`. */
  results: Set<string>;
  /** "Review", "Opinion": what is written about an event without telling of it; '' for news. */
  genre: string;
  /** Whose competition it is. */
  fields: Set<string>;
  /** What stands before a colon in the headline, without numbers: "Weather", "Gardening with Ada"; else the headline. */
  label: Set<string>;
}

const IN_HEADLINE = 1.6;
const COMMON = 0.35;
const NUMBER = 0.6;
/** A number of three digits and more, or of parts, is hardly another's. */
const EXACT_NUMBER = 1.5;
const WORDS_LIMIT = 80;

const DAYS = [
  'sunday dimanche sonntag неділя неділю неділі الأحد',
  'monday lundi montag понеділок понеділка الاثنين الإثنين',
  'tuesday mardi dienstag вівторок вівторка الثلاثاء',
  'wednesday mercredi mittwoch середа середу середи الأربعاء',
  'thursday jeudi donnerstag четвер четверга الخميس',
  'friday vendredi freitag пятниця пятницю пятниці الجمعة',
  'saturday samedi samstag sonnabend субота суботу суботи السبت',
];
const dayOf = new Map(DAYS.flatMap((names, day) => names.split(' ').map((name) => [folded(name), day] as const)));

const GENRES =
  /^(review|preview|opinion|comment|analysis|column|quiz|podcast|gallery|recipe|obituary|critique|avis|tribune|édito|recette|kommentar|kritik|analyse|рецензія|думка|колонка|رأي|تحليل)\s?[:：|]/iu;

const FIELDS = new Map(
  [
    'women ladies girls frauen damen féminine féminin dames жіноча жіночий السيدات',
    'men boys männer herren masculin masculine messieurs чоловіча чоловічий الرجال',
  ].flatMap((names) => names.split(' ').map((name) => [name, names.slice(0, 3)] as const)),
);

export function tellingOf({ headline, standfirst }: { headline: string; standfirst: string }): Telling {
  const telling: Telling = {
    ...{ words: new Map(), pairs: new Set(), days: new Set(), results: new Set(), fields: new Set() },
    ...{ label: new Set(), genre: GENRES.exec(headline)?.[1]?.toLowerCase() ?? '' },
  };
  const [label = headline] = headline.split(/(?<=.{4})\s?[:：|]\s/u, 1);
  const stop = stopWordsOf([...tokensOf(`${headline} ${standfirst}`)].map(stem));
  read(label, IN_HEADLINE, stop, telling);
  telling.label = new Set(telling.words.keys().filter((word) => !isNumber(word)));
  read(headline.slice(label.length), IN_HEADLINE, stop, telling);
  read(standfirst, 1, stop, telling);
  return telling;
}

function read(text: string, factor: number, stop: Set<string>, { words, pairs, days, results, fields }: Telling): void {
  let before = '';
  for (const token of tokensOf(text)) {
    if (words.size >= WORDS_LIMIT) return;
    const day = dayOf.get(token);
    if (day !== undefined) {
      days.add(day);
      continue;
    }
    const field = FIELDS.get(token);
    if (field) fields.add(field);
    if (/^\p{N}{1,2}[-–:]\p{N}{1,2}$/u.test(token)) results.add(token.replace(/[–:]/, '-'));
    const bare = stem(token);
    if (stop.has(bare)) continue;
    const word = isNumber(token) ? token.replaceAll(',', '.') : kinOf(bare);
    if (word.length < 2 && !isNumber(word)) continue;
    words.set(word, Math.max(words.get(word) ?? 0, factor * weightOf(word)));
    if (before) pairs.add(`${before} ${word}`);
    before = word;
  }
}

function weightOf(word: string): number {
  if (isNumber(word)) return word.length >= 3 ? EXACT_NUMBER : NUMBER;
  return isCommon(word) ? COMMON : 1;
}

export const isNumber = (word: string): boolean => /^\p{N}/u.test(word);
