import type { Newsletter } from '../newsletters/newsletter.ts';
import { timesOf } from '../newsletters/timetable.ts';
import type { Search } from './article-search.ts';
import { articleRow } from './article-view.ts';
import type { OnDesk } from './digest-desk.ts';
import { nameOf } from './digest-issue.ts';
import type { Issue } from './digest-plan.ts';
import type { Candidate, Chosen } from './edition.ts';
import type { Prominence } from './prominence.ts';
import { inSections, SHOWN } from './view.ts';

/** What a phone shows of a subject, and of what stands beside it. */
const SEEN = { subject: 60, preheader: 100 };

/** Where each article stands in the mail. */
function standings([lead, ...others]: Chosen[], limit: number | null): (article: Chosen, place: number) => string {
  const inFull = new Set(inSections(lead, others.slice(0, SHOWN - 1), limit).inFull);
  return (article, place) => {
    if (place === 0) return 'Lead';
    if (inFull.has(article)) return 'In full';
    return place < SHOWN ? 'A link' : 'Left off';
  };
}

/** The articles of a digest in their order, and what may be done with each. */
export function deskRows(
  articles: Chosen[],
  { plan, newsletter }: OnDesk,
  prominence: (article: Candidate) => Prominence | null,
) {
  const standingOf = standings(articles, newsletter.sectionLimit);
  return articles.slice(0, SHOWN + MORE).map((article, place) => ({
    ...{ id: article.id, headline: article.headline, kicker: article.kicker, updated: article.updated },
    availableAt: article.availableAt.toISOString(),
    place: place + 1,
    standing: standingOf(article, place),
    pinned: plan.pinned.includes(article.id),
    placed: plan.placed.includes(article.id),
    prominence: prominence(article),
    first: place === 0,
    last: place === articles.length - 1,
  }));
}

/** What is left off stands below for a while: somebody may want to move it up. */
const MORE = 13;

export const headlines = (articles: Candidate[]) => articles.map(({ id, headline }) => ({ id, headline }));

/** What an editor looked for, and whether it can be pinned. */
export function searchView({ rows, more, address }: Search, articles: Chosen[], { plan }: OnDesk, now: Date) {
  const inIt = new Set(articles.map(({ id }) => id));
  const found = rows.map((article) => ({
    ...articleRow(article, now),
    pinned: plan.pinned.includes(article.id),
    inIt: inIt.has(article.id),
  }));
  return { found, moreFound: more, address };
}

/** As an issue is told from the others of its newsletter: by its time, too, where a date has several. */
const named = (newsletter: Newsletter, issue: Issue) => {
  const times = timesOf(newsletter);
  return { name: nameOf(issue), date: issue.date, time: times.length > 1 ? times[issue.nth - 1] : undefined };
};

/** More than a newsletter has of a date. */
const OTHERS = 5;

export function issueView({ newsletter, plan, slots, paused, others }: OnDesk, now: Date) {
  const stuck = new Set(paused.map(({ at }) => at.getTime()));
  const leaving = slots.filter((at) => !stuck.has(at.getTime()));
  const [first] = leaving;
  return {
    ...{ ...named(newsletter, plan), slug: newsletter.slug, newsletter: newsletter.name },
    others: others.slice(0, OTHERS).map(({ issue, at }) => ({ ...named(newsletter, issue), at: at.toISOString() })),
    paused: paused.map(({ id, at }) => ({ id, at: at.toISOString() })),
    at: first?.toISOString(),
    lastAt: leaving.at(-1)?.toISOString(),
    slots: leaving.length,
    over: slots.length === 0,
    overdue: first !== undefined && first <= now,
    until: first && new Date(first.getTime() + newsletter.latenessMinutes * 60_000).toISOString(),
    held: plan.heldAt !== null,
    sentAt: plan.sentAt?.toISOString(),
    fewest: newsletter.minArticles,
  };
}

/** How much of a line a phone shows, in words; undefined where it shows all. */
export function lengthOf(name: keyof typeof SEEN, text: string): string | undefined {
  const length = [...text].length;
  if (length <= SEEN[name]) return undefined;
  return `${length} characters: a phone may show only “${[...text].slice(0, SEEN[name]).join('').trimEnd()}…”`;
}
