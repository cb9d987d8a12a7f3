import { kept } from '../kernel/kept.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Brand } from '../platform/view/brand.ts';
import { zoneLetters, zoneTime } from '../platform/view/filters.ts';
import type { Values } from '../platform/view/messages.ts';
import { paragraphs, preheaderOf, subjectOf } from './digest-words.ts';
import type { Chosen, Edition } from './edition.ts';
import { changedSince } from './since-alert.ts';
import { weekOf } from './week.ts';

/** What the newsletter's mails are made of, and speak. */
export interface Setting {
  brand: Brand;
  newsletter: Newsletter;
  baseUrl: string;
  /** A message in their language. */
  say(key: string, values?: Values): string;
}

/** Stories shown in full below the lead; the rest are links. */
const IN_FULL = 6;
/** More would bring the mail near 102 KB, where Gmail cuts off the unsubscribe link. */
const LINKS = 30;
/** What a reader sees of a digest, however many articles it is made of. */
export const SHOWN = 1 + IN_FULL + LINKS;

export function digestView(edition: Edition, articles: Chosen[], timeZone: string, setting: Setting) {
  const cards = articles.slice(0, SHOWN).map((article) => card(article, edition, setting));
  const [lead, ...others] = cards;
  const week = weekOf(edition, articles.slice(0, SHOWN), timeZone, setting);
  const { inFull, more } = inSections(lead, others, setting.newsletter.sectionLimit);
  return {
    ...setting,
    subject: subjectOf(edition, articles, setting),
    preheader: preheaderOf(edition, articles, setting, week?.preheader),
    week: week?.days ?? null,
    intro: paragraphs(edition.words?.intro ?? null),
    dateLine: inZone(edition.asOf, timeZone, setting.brand.locale, { dateStyle: 'full' }),
    late: edition.late,
    lead,
    stories: bySection(inFull),
    more,
  };
}

export function alertView(edition: Edition, setting: Setting) {
  const { timeZone, locale } = setting.brand;
  const headline = edition.headline ?? '';
  const at = (style: Intl.DateTimeFormatOptions) => inZone(edition.asOf, timeZone, locale, style);
  return {
    ...setting,
    subject: alertSubject(edition, setting),
    headline,
    correction: edition.corrects !== null && {
      headline: edition.wrongHeadline ?? '',
      time: edition.wrongAt ? inZone(edition.wrongAt, timeZone, locale, MINUTE) : '',
      wrong: paragraphs(edition.wrong),
    },
    body: paragraphs(edition.body),
    url: edition.url,
    timeLine: setting.say('alert.time', {
      time: at({ timeStyle: 'short' }),
      zone: zoneLetters(edition.asOf, timeZone, locale),
      day: at({ dateStyle: 'full' }),
    }),
  };
}

const MINUTE: Intl.DateTimeFormatOptions = { dateStyle: 'long', timeStyle: 'short' };

const alertSubject = ({ headline, corrects }: Edition, { say }: Setting): string =>
  corrects === null ? (headline ?? '') : say('alert.correction-subject', { headline: headline ?? '' });

/** Which of the stories below the lead are shown in full; the rest are links. */
export function inSections<Card extends { kicker: string | null }>(
  lead: Card | undefined,
  others: Card[],
  limit: number | null,
): { inFull: Card[]; more: Card[] } {
  const shown = new Map([[lead?.kicker, 1]]);
  const inFull: Card[] = [];
  for (const card of others) {
    const before = shown.get(card.kicker) ?? 0;
    if (inFull.length === IN_FULL || (limit !== null && card.kicker !== null && before >= limit)) continue;
    shown.set(card.kicker, before + 1);
    inFull.push(card);
  }
  return { inFull, more: others.filter((card) => !inFull.includes(card)) };
}

/** Neighbours with the same kicker share a heading; sections stand in the order of their newest story. */
function bySection<Card extends { kicker: string | null }>(cards: Card[]): Card[] {
  const sections = Map.groupBy(cards, ({ kicker }) => kicker);
  return [...sections.values()].flat();
}

function card(article: Chosen, edition: Edition, setting: Setting) {
  const since = article.since ? changedSince(article, article.since) : null;
  return {
    headline: article.headline,
    // Told as what is new, nothing is told a second time.
    standfirst: since?.kind === 'standfirst' ? null : article.standfirst || null,
    url: article.url,
    kicker: article.kicker,
    byline: article.byline,
    time: timeLine(article.publishedAt, edition.asOf, setting),
    imageUrl: article.imageUrl,
    imageAlt: article.imageAlt ?? '',
    updated: article.updated && !since,
    correctionNote: since?.kind === 'correction' ? null : article.correctionNote,
    since,
  };
}

/** An article stands in thousands of variants of an edition, and says the same in each. */
const timeLines = new Map<string, string>();
const LINES_KEPT = 5000;

function timeLine(at: Date, asOf: Date, { brand: { timeZone, locale }, say }: Setting): string {
  return kept(timeLines, `${+at} ${+asOf} ${timeZone} ${locale}`, LINES_KEPT, () => {
    const weekday = (date: Date) => inZone(date, timeZone, locale, { weekday: 'long' });
    const day = weekday(at);
    const told = { time: inZone(at, timeZone, locale, { timeStyle: 'short' }), zone: zoneTime(at, timeZone, locale) };
    return day === weekday(asOf) ? say('digest.time', told) : say('digest.time-before', { day, ...told });
  });
}

/** Each holds memory that the garbage collector does not see: thousands a second come to gigabytes. */
const formats = new Map<string, Intl.DateTimeFormat>();
const FORMATS_KEPT = 200;

function inZone(at: Date, timeZone: string, locale: string, style: Intl.DateTimeFormatOptions): string {
  const spoken = locale === 'en' ? 'en-GB' : locale;
  const key = `${timeZone} ${locale} ${JSON.stringify(style)}`;
  const made = () => new Intl.DateTimeFormat(spoken, { timeZone, ...style });
  return kept(formats, key, FORMATS_KEPT, made).format(at);
}
