import type { ComingDigest } from '../editions/coming.ts';
import { number } from '../platform/view/filters.ts';
import type { Doomed, Held, Incomplete, Trouble, Unhappy, Waiting } from './trouble.ts';

const page = ({ id }: { id: number }): string => `/console/editions/${id}`;
const many = (n: number, of: string, locale: string): string => `${number(n, locale)} ${of}`;

const endings: Record<Held['by'], string> = {
  person: 'Somebody paused it. Resume it, or cancel what is left.',
  relay: 'It goes on by itself when the relay answers again.',
  policy: 'Put right what the relay objects to, then resume it.',
  preflight: 'Nothing more of it leaves. Put it right and resume it, or send it as it is.',
};

export const pausedTrouble = (edition: Held): Trouble => ({
  ...{ level: 'wrong', what: 'Paused', about: edition.subject, quote: edition.problem },
  ...{ says: endings[edition.by], href: page(edition), link: 'Open it' },
});

export const doomedTrouble = ({ slug, newsletter: about, issue, problem: quote }: Doomed): Trouble => ({
  ...{ level: 'wrong', what: 'Will be stopped', about, quote },
  ...{
    says: 'As it is, it will not leave. Put it right, and check again.',
    href: `/console/digests/${slug}/${issue}#checks`,
  },
  link: 'Open it',
});

export function unhappyTrouble(edition: Unhappy, locale: string): Trouble {
  const { failed, uncertain, subject: about } = edition;
  const state = uncertain > 0 ? 'uncertain' : 'failed';
  const says =
    uncertain > 0
      ? 'The relay’s answer was lost: these readers may have it or not. They are not mailed twice; see who they are.'
      : 'More than usual was refused for good. See what the relay said.';
  return {
    ...{ level: 'look', what: many(uncertain || failed, state, locale), about, says },
    ...{ href: `${page(edition)}?state=${state}`, link: 'See whom' },
  };
}

export const incompleteTrouble = (edition: Incomplete, locale: string): Trouble => ({
  ...{
    level: 'look',
    what: many(edition.articles, edition.articles === 1 ? 'article left out' : 'articles left out', locale),
  },
  ...{ about: edition.subject, says: 'It could not be laid out, and the rest of the digest went out without it.' },
  ...{ href: page(edition), link: 'See why' },
});

export const waitingTrouble = (edition: Waiting, locale: string): Trouble => ({
  ...{ level: 'look', what: many(edition.deferred, 'deferred', locale), about: edition.subject },
  since: edition.since.toISOString(),
  says: 'The relay said “later”, or it is night where these readers are. They are tried again by themselves, for about a day.',
  ...{ href: `${page(edition)}?state=deferred`, link: 'See what the relay said' },
});

/** Workers open a slot within seconds. */
const PUNCTUAL_MS = 60_000;

/** Digests that nobody has opened; one that is paused is said already. */
export function overdueTroubles(digests: ComingDigest[], paused: Held[], now: Date): Trouble[] {
  return digests.flatMap(({ newsletterId, newsletter, at }): Trouble[] => {
    const held = paused.some((edition) => edition.newsletterId === newsletterId);
    if (!at || held || now.getTime() - at.getTime() < PUNCTUAL_MS) return [];
    return [
      {
        ...{ level: 'wrong', what: 'Overdue', about: newsletter, since: at.toISOString() },
        says: 'Workers open a digest within seconds, and none has. See that one runs, and what its log says.',
      },
    ];
  });
}
