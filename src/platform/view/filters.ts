const TEXT_COLUMNS = 72;

/** Bare `en` would mean American dates; a newsroom that writes those says `en-US`. */
const dated = (locale = 'en') => (locale === 'en' ? 'en-GB' : locale);

const instant = (value: unknown): Date | null => {
  const date = value instanceof Date ? value : new Date(String(value ?? ''));
  return Number.isNaN(date.getTime()) ? null : date;
};

const sayer = (date: Date, timeZone: string, locale?: string) => (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(dated(locale), { timeZone, ...options }).format(date);

/** `Tuesday 24 November, 07:00`; with its year unless that is this year's: after a pause, mail may come a year from now. */
export function local(iso: unknown, timeZone: string, locale: string | undefined, now: Date): string {
  const date = instant(iso);
  if (!date) return '';
  const say = sayer(date, timeZone, locale);
  const year = { year: 'numeric' } as const;
  const elsewhen = say(year) !== sayer(now, timeZone, locale)(year);
  const day = say({ weekday: 'long', day: 'numeric', month: 'long', ...(elsewhen && year) });
  const comma = direction(locale) === 'rtl' ? '،' : ',';
  return `${day}${comma} ${say({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`;
}

/** `Tue 24 Nov, 07:00 GMT`: for tables, where the clock it was read from must be seen. */
export function stamp(iso: unknown, timeZone: string, locale?: string): string {
  const date = instant(iso);
  if (!date) return '';
  const say = sayer(date, timeZone, locale);
  const day = say({ weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
  return `${day}, ${say({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' })}`;
}

/** `24 November 2026`, in a sentence. */
export const dateOf = (at: Date, timeZone: string, locale?: string): string =>
  sayer(at, timeZone, locale)({ dateStyle: 'long' });

/** `24 Nov 2026, 07:00 GMT`: for records that are read years later. */
export function exact(iso: unknown, timeZone: string, locale?: string): string {
  const date = instant(iso);
  if (!date) return '';
  const say = sayer(date, timeZone, locale);
  const day = say({ day: 'numeric', month: 'short', year: 'numeric' });
  return `${day}, ${say({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' })}`;
}

/** `24 Nov`: a date that is nobody's instant, `2026-11-24`. */
export function day(date: unknown, locale?: string): string {
  const at = instant(date);
  return at ? sayer(at, 'UTC', locale)({ day: 'numeric', month: 'short' }) : '';
}

/** `Wednesday, 24 November 2027`: a date that is nobody's instant, `2027-11-24`, in a sentence, and perhaps a year away. */
export function longDay(date: unknown, locale?: string): string {
  const at = instant(date);
  return at ? sayer(at, 'UTC', locale)({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }) : '';
}

// A Monday.
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** `Friday`, of its ISO number. */
export const weekday = (number: unknown, locale?: string): string =>
  sayer(new Date(MONDAY + (Number(number) - 1) * DAY_MS), 'UTC', locale)({ weekday: 'long' });

/** `Monday, Wednesday and Friday`, of their ISO numbers. */
export const weekdays = (numbers: unknown, locale?: string): string =>
  listed(
    [numbers].flat().map((number) => weekday(number, locale)),
    locale,
  );

/** `07:00 and 18:00` */
export const listed = (items: unknown, locale?: string): string =>
  new Intl.ListFormat(dated(locale), { type: 'conjunction' }).format([items].flat().map(String));

/** `America/Argentina/Buenos_Aires` as a person would say it: `Buenos Aires`. */
export const city = (timeZone: unknown): string =>
  (
    String(timeZone ?? '')
      .split('/')
      .at(-1) ?? ''
  ).replaceAll('_', ' ');

/** Whose clock a time was read from: `London time`, `час: Україна`. */
export function zoneTime(iso: unknown, timeZone: string, locale = 'en'): string {
  // What Intl has in English, `United Kingdom Time`, nobody says.
  if (isEnglish(locale)) return `${city(timeZone)} time`;
  return zoneName(iso, timeZone, locale, 'shortGeneric');
}

/** The same in as few letters as a language has for it: `GMT`. */
export const zoneLetters = (iso: unknown, timeZone: string, locale = 'en'): string =>
  zoneName(iso, timeZone, locale, isEnglish(locale) ? 'short' : 'shortGeneric');

const isEnglish = (locale: string): boolean => new Intl.Locale(locale).language === 'en';

function zoneName(iso: unknown, timeZone: string, locale: string, timeZoneName: 'short' | 'shortGeneric'): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });
  const parts = format.formatToParts(instant(iso) ?? undefined);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? city(timeZone);
}

export const number = (value: unknown, locale?: string): string =>
  new Intl.NumberFormat(dated(locale)).format(Number(value ?? 0));

const RIGHT_TO_LEFT = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ks', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi']);

export const direction = (locale: unknown): 'ltr' | 'rtl' =>
  RIGHT_TO_LEFT.has(new Intl.Locale(String(locale || 'en')).language) ? 'rtl' : 'ltr';

/** The host of an address as one would name the site aloud. */
export const siteName = (url: unknown): string =>
  URL.canParse(String(url)) ? new URL(String(url)).hostname.replace(/^www\./, '') : String(url ?? '');

/** At most `limit` characters, cut between words: about two lines of a mail at 150. */
export function brief(text: unknown, limit = 150): string {
  const whole = String(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(whole);
  if (characters.length <= limit) return whole;
  const cut = characters.slice(0, limit).join('');
  return `${cut.replace(/[\s,;:.–—-]+\S*$/u, '') || cut}…`;
}

/** Lines of at most `width` characters. An address stays whole: broken, it could not be opened. So do words that a no-break space joins. */
export function wrap(text: unknown, width = TEXT_COLUMNS): string {
  const lines: string[] = [];
  let line = '';
  for (const word of String(text ?? '')
    .split(/[^\S\u00a0\u202f]+/)
    .filter(Boolean)
    .flatMap((part) => pieces(part, width))) {
    const longer = line ? `${line} ${word}` : word;
    if (longer.length > width && line) lines.push(line);
    line = longer.length > width ? word : longer;
  }
  return [...lines, line].join('\n');
}

/** Scripts that write no spaces must break somewhere. */
function pieces(word: string, width: number): string[] {
  const characters = Array.from(word);
  if (word.length <= width || /^https?:\/\//i.test(word)) return [word];
  const half = Math.floor(width / 2); // UTF-16 counts an emoji as two
  return Array.from({ length: Math.ceil(characters.length / half) }, (_, n) =>
    characters.slice(n * half, (n + 1) * half).join(''),
  );
}

const TXT_PIECE = 255;

/** A DNS record's value as a zone file holds it: a TXT is quoted, in pieces of at most 255 bytes (RFC 1035 §3.3.14). */
export function zoneValue({ type, value }: { type: string; value: string }): string {
  if (type !== 'TXT') return value;
  const pieces = value.match(new RegExp(`.{1,${TXT_PIECE}}`, 'g')) ?? [''];
  return pieces.map((piece) => `"${piece.replace(/["\\]/g, '\\$&')}"`).join(' ');
}
