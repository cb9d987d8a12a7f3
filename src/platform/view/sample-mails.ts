import type { Brand } from './brand.ts';

/** Invented data of a mail, as its template is given it. */
interface Sample {
  data: object;
  /** What must stand in both its parts, or nobody could do what the mail is for. */
  needs: string[];
  /** Slots that are filled when it is sent. */
  slots: readonly string[];
}

const SITE = 'https://news.example.org';
const SLOTS = ['%%unsubscribe_url%%', '%%preferences_url%%', '%%archive_url%%'];
const WAYS_OUT = ['%%unsubscribe_url%%', '%%preferences_url%%'];
const links = {
  confirmUrl: `${SITE}/confirm/sample`,
  preferencesUrl: `${SITE}/preferences/sample`,
  unsubscribeUrl: `${SITE}/unsubscribe/sample`,
  backUrl: `${SITE}/unsubscribe/back`,
  moveUrl: `${SITE}/change-of-address/sample`,
  keepUrl: `${SITE}/keep-address/sample`,
  invitationUrl: `${SITE}/invitation/sample`,
};

const newsletter = { slug: 'daily', name: 'Daily digest', description: 'The news of the day, at breakfast.' };
const newsletters = [newsletter, { slug: 'breaking', name: 'Breaking news', description: '' }];

const changes = [
  null,
  { kind: 'headline', words: 'Harbour pilots to strike' },
  null,
  { kind: 'correction', words: 'The timetable begins in December.' },
  { kind: 'standfirst', words: 'The council votes on Thursday.' },
];
const article = (n: number) => ({
  headline: `Harbour pilots agree a winter timetable & the ferries sail again (${n})`,
  standfirst: n % 3 === 0 ? null : 'After months of talks the council will vote on Thursday, “weather permitting”.',
  url: `https://post.example/harbour-pilots-agree-${n}?a=1&b=2`,
  kicker: n % 4 === 0 ? null : `Harbour ${n % 3}`,
  byline: n % 2 === 0 ? null : 'Jane Doe and John Roe',
  time: '06:12, London time',
  imageUrl: n % 2 === 0 ? null : `https://post.example/images/${n}.jpg`,
  imageAlt: n % 2 === 0 ? '' : 'Ferries in the harbour at dawn',
  updated: n % 5 === 1,
  correctionNote: n % 7 === 1 ? 'The timetable begins in December.' : null,
  since: changes[n % changes.length] ?? null,
});
export const articleParts = Object.keys(article(1));
const articles = (first: number, many: number) => Array.from({ length: many }, (_, n) => article(first + n));

const digest = {
  newsletter,
  subject: article(1).headline,
  preheader: 'Also: the bridge is closed until Monday',
  intro: ['Good morning.', 'The wind turns today.'],
  dateLine: 'Tuesday 24 November 2026',
  week: '17–24 November 2026',
  late: true,
  lead: article(1),
  stories: articles(2, 6),
  more: articles(8, 30),
};
const breaking = {
  newsletter,
  subject: 'Storm closes the harbour bridge',
  headline: 'Storm closes the harbour bridge',
  correction: false as const,
  body: ['Buses turn at the fish market.', 'The ferries stay in port.'],
  url: 'https://post.example/storm-closes-the-bridge',
  timeLine: '14:02 GMT, Monday 23 November 2026',
};
const correction = {
  headline: 'Storm closes both bridges',
  time: '23 November 2026 at 13:40',
  wrong: ['Both are shut.'],
};

const toReaders = (data: object, needs = WAYS_OUT): Sample => ({ data, needs, slots: SLOTS });
const aboutOne = (data: object, ...needs: string[]): Sample => ({ data, needs, slots: [] });
const { confirmUrl, preferencesUrl, unsubscribeUrl, backUrl, moveUrl, keepUrl, invitationUrl } = links;

/** Each mail with all that may stand in it, and with as little as may. */
export const sampleMails: Record<string, Sample[]> = {
  digest: [
    toReaders(digest, [...WAYS_OUT, ...[1, 2, 7, 8, 37].map((n) => article(n).url)]),
    toReaders({ ...digest, week: null, intro: [], late: false, lead: article(4), stories: [], more: [] }),
  ],
  breaking: [
    toReaders(breaking),
    toReaders({ ...breaking, correction, subject: `Correction: ${breaking.headline}` }),
    toReaders({ ...breaking, url: null, body: [] }),
  ],
  confirmation: [aboutOne({ confirmUrl, newsletters, expiresDays: 7 }, confirmUrl)],
  reminder: [aboutOne({ confirmUrl, newsletters, expiresDays: 7 }, confirmUrl)],
  'already-subscribed': [aboutOne({ preferencesUrl, newsletters }, preferencesUrl)],
  welcome: [
    aboutOne(
      {
        newsletters: [
          { ...newsletter, next: '2026-11-24T07:00:00.000Z' },
          { ...newsletter, name: 'Breaking news' },
        ],
        editions: [
          { subject: digest.subject, url: `${SITE}/archive/daily/1`, stories: articles(1, 5) },
          { subject: breaking.subject, url: `${SITE}/archive/breaking/2`, stories: [] },
        ],
        timeZone: 'Europe/London',
        preferencesUrl,
        unsubscribeUrl,
      },
      ...[preferencesUrl, unsubscribeUrl],
    ),
  ],
  goodbye: [
    aboutOne({ backUrl, everything: false, newsletter: { name: newsletter.name } }, backUrl),
    aboutOne({ backUrl, everything: true, newsletter: { name: newsletter.name } }, backUrl),
  ],
  'my-link': [
    aboutOne({ preferencesUrl, newsletters }, preferencesUrl),
    aboutOne({ preferencesUrl, newsletters: [] }, preferencesUrl),
  ],
  'new-address': [aboutOne({ moveUrl, expiresDays: 2 }, moveUrl)],
  'old-address': [aboutOne({ keepUrl, newAddress: 'a…@example.org', expiresDays: 14 }, keepUrl)],
  invitation: [aboutOne({ name: 'Ann', role: 'editor', url: invitationUrl, expiresDays: 7 }, invitationUrl)],
};

export const sampleBrand = (locale: string): Brand & { baseUrl?: never } => ({
  name: 'The Daybreak Post',
  accent: '#b3261e',
  postalAddress: '1 Harbour Street, Harbourtown',
  timeZone: 'Europe/London',
  locale,
  rehearsal: false,
  confirmAbove: 10_000,
  logo: null,
  social: [],
  headlines: 'serif',
});

export const SAMPLE_SITE = SITE;
