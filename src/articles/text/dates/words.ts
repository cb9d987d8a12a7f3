// The languages whose papers were read while this was made. No month of one is another month of another; that would
// not hold with Croatian, whose listopad is October.
const LANGUAGES = 'de fr es it pt nl pl uk ru sv da nb fi cs tr ro hu el ar ca'.split(' ');
const ENGLISH = 'january february march april may june july august september october november december'.split(' ');
const ENGLISH_DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
// What papers write and Intl does not.
const ALSO: Record<string, number> = {
  sept: 9,
  mrz: 3,
  maerz: 3,
  janv: 1,
  febr: 2,
  ener: 1,
  agto: 8,
  okt: 10,
  paz: 10,
};

const FILLERS = new Set(
  `at on the of and de del da a à le la las los el al um am uhr uur om op kl klo alle ore ora dalle o w u г года год г. р року рік в о
  об od dne dnia den il r roku godz godzina hrs hr hours h ч год часов t às a.d este`
    .split(/\s+/)
    .map(fold),
);

export interface Meaning {
  month?: number;
  weekday?: true;
  /** Which day of the week, from Sunday, in English: elsewhere what looks the same is not the same day. */
  day?: number;
  filler?: true;
}

/** Case, accents and full stops are written as it happens. */
export function fold(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '');
}

const english = new Map<string, Meaning>();
for (const [at, name] of ENGLISH.entries()) {
  for (const word of [name, name.slice(0, 3)]) english.set(word, { month: at + 1 });
}
for (const [day, name] of ENGLISH_DAYS.entries()) {
  for (const length of [2, 3, 4, 5, name.length]) english.set(name.slice(0, length), { weekday: true, day });
}
for (const [word, month] of Object.entries(ALSO)) english.set(word, { month });
// A Tuesday in French, Spanish, Italian and Romanian.
english.set('mar', { month: 3, weekday: true });

let others: Map<string, Meaning> | undefined;

/** What a word can mean in a date, in any of the languages. */
export function meaningOf(word: string): Meaning | undefined {
  const folded = fold(word);
  if (FILLERS.has(folded)) return { filler: true };
  return english.get(folded) ?? foreign().get(folded);
}

// Some 300 ms of Intl, which a newsroom that reads dates in English never needs.
function foreign(): Map<string, Meaning> {
  others ??= learn();
  return others;
}

function learn(): Map<string, Meaning> {
  const words = new Map<string, Meaning>();
  const add = (word: string, meaning: Meaning) => {
    const folded = fold(word);
    if (/^\p{L}+$/u.test(folded)) words.set(folded, { ...words.get(folded), ...meaning });
  };
  for (const language of LANGUAGES) {
    for (const length of ['long', 'short'] as const) {
      for (const day of [undefined, 'numeric'] as const) {
        const format = formatOf(language, { month: length, day });
        for (let month = 1; month <= 12; month++)
          add(partOf(format, 'month', Date.UTC(2022, month - 1, 15)), { month });
      }
      const format = formatOf(language, { weekday: length });
      for (let day = 1; day <= 7; day++) add(partOf(format, 'weekday', Date.UTC(2022, 4, day)), { weekday: true });
    }
  }
  return words;
}

const formatOf = (language: string, options: Record<string, string | undefined>) =>
  new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, { ...options, timeZone: 'UTC' });

const partOf = (format: Intl.DateTimeFormat, type: 'month' | 'weekday', time: number): string =>
  format.formatToParts(time).find((part) => part.type === type)?.value ?? '';
