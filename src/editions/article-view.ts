import type { ArticleListed, Carrier, Revision } from './article-page-store.ts';

const DAY_MS = 86_400_000;

/** Where an article stands on its way to readers. A digest looks a day back for a new reader, and rarely further. */
function standingOf({ withdrawnAt, carriedBy, availableAt }: ArticleListed, now: Date): string {
  if (withdrawnAt) return 'withdrawn';
  if (carriedBy) return 'carried';
  if (availableAt > now) return 'held';
  return now.getTime() - availableAt.getTime() < DAY_MS ? 'waiting' : 'passed';
}

export const articleRow = <A extends ArticleListed>(article: A, now: Date) => ({
  ...article,
  standing: standingOf(article, now),
  // PostgreSQL knows dates without an end. One of them must not take the whole list away.
  publishedAt: article.publishedAt instanceof Date ? article.publishedAt.toISOString() : null,
  availableAt: article.availableAt instanceof Date ? article.availableAt.toISOString() : null,
  withdrawnAt: article.withdrawnAt?.toISOString() ?? null,
});

interface Change {
  what: string;
  was: string | null;
  is: string | null;
}

/** What each revision changed; the first has nothing before it. Newest first, as they come. */
export const revisionRows = (revisions: Revision[]) =>
  revisions.map((revision, n) => ({
    revision: revision.revision,
    at: revision.at.toISOString(),
    correctionNote: revision.correctionNote,
    changes: changesBetween(revisions[n + 1], revision),
  }));

function changesBetween(before: Revision | undefined, after: Revision): Change[] {
  if (!before) return [];
  const fields = { Headline: 'headline', Standfirst: 'standfirst', 'Correction note': 'correctionNote' } as const;
  return Object.entries(fields)
    .map(([what, field]) => ({ what, was: before[field], is: after[field] }))
    .filter(({ was, is }) => was !== is);
}

const ON_DESK = ['draft', 'scheduled'];

/** A viewer may not see the desk. */
export const carrierRow = ({ asOf, ...edition }: Carrier, mayEdit: boolean) => ({
  ...edition,
  asOf: asOf.toISOString(),
  at: `/console/${mayEdit && edition.kind === 'alert' && ON_DESK.includes(edition.status) ? 'alerts' : 'editions'}/${edition.id}`,
});
