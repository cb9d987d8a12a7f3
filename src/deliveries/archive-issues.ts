import { issueOf, nameOf } from '../editions/digest-issue.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { ArchiveStore, Listed, Wanted } from './archive-store.ts';

interface Needs {
  archives: Pick<ArchiveStore, 'entries' | 'justNewer'>;
  newsletters: { all(): Promise<Newsletter[]> };
}

/** What was one issue to its readers, however many editions brought it to the zones they live in. */
export interface ArchivedIssue {
  /** The edition that most of them were sent. */
  edition: Listed;
  /** `2026-11-21`, as its newsletter calls it; null for what is an issue by itself. */
  name: string | null;
  first: Date;
  /** When any of it was last put right, or went to another zone. */
  updated: Date;
}

/** From where a date begins to where it ends, on the earth, are 26 hours; and readers choose their time of it. */
const SPAN_HOURS = 50;
const SPAN_MS = SPAN_HOURS * 3_600_000;

/** How many editions are looked through for a page: first for a newsroom in one zone, then for one in many. */
const STEPS = [100, 500, 500, 500, 500];
/** Further steps of a search may each ask the index of words. */
const SEARCH_STEPS = [50, 50, 50];
const MOST_NEWER = 500;

/** A page of issues, the newest first. @returns `next` what `before` is for the page after it */
export async function issuesPage(
  wanted: Wanted,
  limit: number,
  { archives, newsletters }: Needs,
): Promise<{ issues: ArchivedIssue[]; next: number | undefined }> {
  const all = new Map((await newsletters.all()).map((one) => [one.id, one]));
  const keyOf = (e: Listed) => `${e.newsletterId} ${issueName(e, all.get(e.newsletterId)) ?? `no. ${e.id}`}`;
  // What has begun on the page before goes on here, and has been shown.
  const newer = wanted.before > 0 ? await archives.justNewer(wanted, SPAN_HOURS, MOST_NEWER) : [];
  const shown = new Set(newer.map(keyOf));
  const seen: Listed[] = [];
  const groups = new Map<string, Listed[]>();
  let ended = false;
  for (const step of wanted.words ? SEARCH_STEPS : STEPS) {
    const found = await archives.entries({ ...wanted, before: seen.at(-1)?.id ?? wanted.before }, step);
    seen.push(...found);
    for (const edition of found) {
      const key = keyOf(edition);
      if (!shown.has(key)) groups.set(key, [...(groups.get(key) ?? []), edition]);
    }
    ended = found.length < step;
    if (ended || isWhole([...groups.values()], seen, limit)) break;
  }
  const page = [...groups.values()];
  const following = page[limit]?.[0];
  const last = following ? seen[seen.indexOf(following) - 1] : ended ? undefined : seen.at(-1);
  const issues = page.slice(0, limit).map((editions) => issueFrom(editions, all));
  return {
    issues: issues.toSorted((a, b) => b.edition.asOf.getTime() - a.edition.asOf.getTime()),
    next: last?.id,
  };
}

/** Whether all there is of the page's issues has been seen. */
function isWhole(groups: Listed[][], seen: Listed[], limit: number): boolean {
  const [newest, oldest] = [groups[limit - 1]?.[0], seen.at(-1)];
  return groups.length > limit && newest !== undefined && oldest !== undefined && +newest.asOf - +oldest.asOf > SPAN_MS;
}

/** Null for what no timetable opened: it is an issue by itself. */
const issueName = ({ slot, timeZone }: Listed, newsletter: Newsletter | undefined): string | null =>
  slot && timeZone && newsletter ? nameOf(issueOf(newsletter, slot, timeZone)) : null;

function issueFrom(editions: Listed[], newsletters: Map<number, Newsletter>): ArchivedIssue {
  const [edition] = editions.toSorted((a, b) => b.audience - a.audience);
  if (!edition) throw new Error('an issue without an edition');
  const times = editions.map(({ asOf }) => +asOf);
  return {
    edition,
    name: issueName(edition, newsletters.get(edition.newsletterId)),
    first: new Date(Math.min(...times)),
    updated: new Date(Math.max(...times, ...editions.map(({ changedAt }) => +(changedAt ?? 0)))),
  };
}
