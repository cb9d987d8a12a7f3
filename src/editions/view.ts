import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Candidate, Edition } from './edition.ts';

interface Setting {
  brand: Brand;
  newsletter: Newsletter;
  baseUrl: string;
}

/** Stories shown in full below the lead; the rest are links. */
const IN_FULL = 6;
/** More would bring the mail near 102 KB, where Gmail cuts off the unsubscribe link. */
const LINKS = 30;
/** What a reader sees of a digest, however many articles it is made of. */
export const SHOWN = 1 + IN_FULL + LINKS;

export function digestView(edition: Edition, articles: Candidate[], timeZone: string, setting: Setting) {
  const cards = articles.slice(0, SHOWN).map((article) => card(article, edition, setting.brand));
  const [lead, ...others] = cards;
  const inFull = others.slice(0, IN_FULL);
  return {
    ...setting,
    subject: digestSubject(articles),
    preheader: others[0]?.headline ?? setting.newsletter.name,
    dateLine: inZone(edition.asOf, timeZone, setting.brand.locale, { dateStyle: 'full' }),
    late: edition.late,
    lead,
    stories: bySection(inFull),
    more: others.slice(IN_FULL),
  };
}

export const digestSubject = (articles: Candidate[]): string => articles[0]?.headline ?? '';

export function alertView(edition: Edition, setting: Setting) {
  const { brand } = setting;
  const headline = edition.headline ?? '';
  const time = inZone(edition.asOf, brand.timeZone, brand.locale, { timeStyle: 'short' });
  const zone = new Intl.DateTimeFormat(brand.locale, { timeZone: brand.timeZone, timeZoneName: 'short' })
    .formatToParts(edition.asOf)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return {
    ...setting,
    subject: subjectOf(edition),
    headline,
    correction: edition.corrects !== null && {
      headline: edition.wrongHeadline,
      time: edition.wrongAt && inZone(edition.wrongAt, brand.timeZone, brand.locale, MINUTE),
      wrong: paragraphs(edition.wrong),
    },
    body: paragraphs(edition.body),
    url: edition.url,
    timeLine: `${time} ${zone}, ${inZone(edition.asOf, brand.timeZone, brand.locale, { dateStyle: 'full' })}`,
  };
}

const MINUTE: Intl.DateTimeFormatOptions = { dateStyle: 'long', timeStyle: 'short' };
const paragraphs = (text: string | null): string[] => (text ?? '').split(/(?:\r?\n[ \t]*){2,}/).filter(Boolean);

export const subjectOf = ({ headline, corrects }: Pick<Edition, 'headline' | 'corrects'>): string =>
  corrects === null ? (headline ?? '') : `Correction: ${headline}`;

/** Neighbours with the same kicker share a heading; sections stand in the order of their newest story. */
function bySection<Card extends { kicker: string | null }>(cards: Card[]): Card[] {
  const sections = Map.groupBy(cards, ({ kicker }) => kicker);
  return [...sections.values()].flat();
}

function card(article: Candidate, edition: Edition, { timeZone, locale }: Brand) {
  const city = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone;
  const day = (at: Date) => inZone(at, timeZone, locale, { weekday: 'long' });
  const earlier = day(article.publishedAt) === day(edition.asOf) ? '' : `${day(article.publishedAt)} `;
  return {
    headline: article.headline,
    standfirst: article.standfirst,
    url: article.url,
    kicker: article.kicker,
    byline: article.byline,
    time: `${earlier}${inZone(article.publishedAt, timeZone, locale, { timeStyle: 'short' })}, ${city} time`,
    imageUrl: article.imageUrl,
    imageAlt: article.imageAlt ?? '',
    updated: article.revision > 1,
    correctionNote: article.correctionNote,
  };
}

const inZone = (at: Date, timeZone: string, locale: string, style: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { timeZone, ...style }).format(at);
