import { z } from 'zod';
import { canonicalUrl } from './canonical-url.ts';
import { cleanLine } from './text/clean.ts';
import { instantOf } from './text/instant.ts';
import { fits } from './text/truncate.ts';

export interface Article {
  id: number;
  url: string;
  canonicalUrl: string;
  headline: string;
  standfirst: string;
  byline: string | null;
  topicIds: number[];
  imageUrl: string | null;
  imageAlt: string | null;
  publishedAt: Date;
  /** Nobody is shown it before; null without an embargo. */
  publishAfter: Date | null;
  availableAt: Date;
  revision: number;
  revisedAt: Date | null;
  correctionNote: string | null;
  withdrawnAt: Date | null;
  storyId: number | null;
}

export const HEADLINE_LIMIT = 300;
const STANDFIRST_LIMIT = 1000;
// An index entry holds at most 2,704 bytes.
const URL_LIMIT = 2000;
const TOPICS_LIMIT = 20;

const line = (most: number) =>
  z
    .string('must be text')
    .transform(cleanLine)
    .pipe(z.string().refine((text) => fits(text, most), `must be at most ${most} characters`));

const WEB_URL = 'must be a whole http:// or https:// address, without a password';

export const webUrl = z
  .string('must be text')
  .trim()
  .transform((text, context) => {
    const url = URL.parse(text);
    if (url && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password) return url.href;
    context.addIssue({ code: 'custom', message: WEB_URL });
    return z.NEVER;
  })
  .pipe(z.string().max(URL_LIMIT, `must be at most ${URL_LIMIT} characters, percent-encoded`));

const instant = z.string('must be text').transform((text, context) => {
  const date = instantOf(text);
  if (date) return date;
  context.addIssue({ code: 'custom', message: 'must be a date and time such as 2026-05-01T07:00:00Z' });
  return z.NEVER;
});

/** To guess at what day 5/6/2026 is would show an article too early. */
const embargo = z.union(
  [
    z.literal(''),
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\d/)
      .pipe(instant),
  ],
  'must be a date and time such as 2026-05-01T07:00:00Z',
);

const slug = z
  .string('must be text')
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a slug such as local-news');

// Programs send null where they mean nothing.
const optional = <S extends z.ZodType>(schema: S) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .optional();

/** An article as it comes from outside, cleaned. What is left out stays as it is known; '' clears it. */
export const articleInput = z.object(
  {
    external_id: optional(line(500)),
    url: webUrl,
    headline: line(HEADLINE_LIMIT).pipe(z.string().min(1, 'must not be empty')),
    standfirst: optional(line(STANDFIRST_LIMIT)),
    byline: optional(line(300)),
    topics: optional(z.array(slug).max(TOPICS_LIMIT, `must be at most ${TOPICS_LIMIT}`)),
    image_url: optional(z.union([z.literal(''), webUrl], WEB_URL)),
    image_alt: optional(line(500)),
    published_at: optional(instant),
    /** An embargo: nobody is shown it before. '' lifts it. */
    publish_after: optional(embargo),
    correction_note: optional(line(1000)),
  },
  'must be an object',
);

/** `labels` are the names its source has for what it is about, as `topics/names.ts` writes them. */
export type ArticleInput = z.output<typeof articleInput> & { labels?: string[] };

export type ArticleRow = Omit<ArticleInput, 'topics' | 'publish_after'> & {
  n: number;
  publish_after: Date | undefined;
  /** Whether an embargo is lifted. */
  lift: boolean;
  canonical_url: string;
  topic_ids: number[] | undefined;
};

/** One row per article of the batch, and for each input the row it ended in. */
export function distinctRows(inputs: ArticleInput[], ids: Map<string, number>) {
  const rows: ArticleRow[] = [];
  const seen = new Map<string, number>();
  const places = inputs.map((input) => {
    const row = rowOf(input, rows.length, ids);
    const keys = [`url ${row.canonical_url}`, ...(row.external_id ? [`id ${row.external_id}`] : [])];
    const known = keys.map((key) => seen.get(key)).find((n) => n !== undefined);
    if (known === undefined) rows.push(row);
    const n = known ?? row.n;
    for (const key of keys) if (!seen.has(key)) seen.set(key, n);
    return { n, repeated: known !== undefined };
  });
  return { rows, places };
}

function rowOf({ topics, publish_after, ...input }: ArticleInput, n: number, ids: Map<string, number>): ArticleRow {
  const clean = (text: string | undefined) => (text === undefined ? undefined : cleanLine(text));
  return {
    ...input,
    n,
    external_id: input.external_id || undefined,
    publish_after: publish_after || undefined,
    lift: publish_after === '',
    canonical_url: canonicalUrl(input.url),
    headline: cleanLine(input.headline),
    standfirst: clean(input.standfirst),
    correction_note: clean(input.correction_note),
    topic_ids: topics?.flatMap((slug) => ids.get(slug) ?? []).sort((a, b) => a - b),
  };
}
