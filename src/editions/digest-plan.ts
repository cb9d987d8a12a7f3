/** Which digest of a newsletter: the local date it serves, the same for readers in every zone, and which one of that date. */
export interface Issue {
  /** `YYYY-MM-DD` */
  date: string;
  nth: number;
}

/** What editors wrote; null leaves it to the newsletter. */
export interface Words {
  intro: string | null;
  subject: string | null;
  preheader: string | null;
}

/** Articles by their ids. */
export interface Arrangement {
  /** For every reader, whatever their topics. */
  pinned: number[];
  /** First, in this order. */
  placed: number[];
  /** Left out, and with them what else tells of the same event. */
  dropped: number[];
}

export interface DigestPlan extends Issue, Words, Arrangement {
  newsletterId: number;
  /** Rises with each change of the words. */
  wording: number;
  heldAt: Date | null;
  sentAt: Date | null;
}

export const untouched: Arrangement = { pinned: [], placed: [], dropped: [] };

export const nothingPlanned = (newsletterId: number, issue: Issue): DigestPlan => ({
  ...{ newsletterId, ...issue, ...untouched, intro: null, subject: null, preheader: null },
  ...{ wording: 0, heldAt: null, sentAt: null },
});

interface Told {
  id: number;
  storyId: number | null;
}

/** Without what was dropped: an older version of a dropped story would be no better. */
export function withoutDropped<Article extends Told>(articles: Article[], { dropped }: Arrangement): Article[] {
  if (dropped.length === 0) return articles;
  const ids = new Set(dropped);
  const stories = new Set(articles.flatMap(({ id, storyId }) => (ids.has(id) && storyId !== null ? storyId : [])));
  return articles.filter(({ id, storyId }) => !ids.has(id) && (storyId === null || !stories.has(storyId)));
}

/** What was placed comes first; all others keep their order. */
export function inPlace<Article extends Told>(articles: Article[], { placed }: Arrangement): Article[] {
  if (placed.length === 0) return articles;
  const at = new Map(placed.map((id, place) => [id, place]));
  return articles.toSorted((a, b) => (at.get(a.id) ?? placed.length) - (at.get(b.id) ?? placed.length));
}

const without = (ids: number[], id: number): number[] => ids.filter((one) => one !== id);

/** A pinned article comes first, and goes to everybody. */
export const pin = <P extends Arrangement>(plan: P, id: number): P => ({
  ...plan,
  pinned: [...without(plan.pinned, id), id],
  placed: [id, ...without(plan.placed, id)],
  dropped: without(plan.dropped, id),
});

export const unpin = <P extends Arrangement>(plan: P, id: number): P => ({
  ...plan,
  pinned: without(plan.pinned, id),
  placed: without(plan.placed, id),
});

export const drop = <P extends Arrangement>(plan: P, id: number): P => ({
  ...unpin(plan, id),
  dropped: [...without(plan.dropped, id), id],
});

export const restore = <P extends Arrangement>(plan: P, id: number): P => ({
  ...plan,
  dropped: without(plan.dropped, id),
});

/** One place up or down in what an editor saw. @param shown the articles in the order they were in */
export function move<P extends Arrangement>(plan: P, id: number, by: -1 | 1, shown: number[]): P {
  const from = shown.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= shown.length) return plan;
  const moved = without(shown, id);
  moved.splice(to, 0, id);
  // What comes after those that were ever placed keeps its order by weight.
  const placed = new Set(plan.placed);
  const last = Math.max(
    from,
    to,
    shown.findLastIndex((one) => placed.has(one)),
  );
  const ahead = moved.slice(0, last + 1);
  return { ...plan, placed: [...ahead, ...plan.placed.filter((one) => !ahead.includes(one))] };
}
