import type { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { DomainError, type FieldError, Invalid } from '../kernel/errors.ts';
import { type ArticleInput, articleInput } from './article.ts';
import type { ArticleStore, Outcome, Upserted } from './store.ts';

interface Needs {
  articles: Pick<ArticleStore, 'upsert'>;
  clock: Clock;
}

/** `repeated` is an article that another one of the same request is, which was saved. */
export type BulkOutcome = Outcome | 'repeated' | 'refused';

export interface BulkAnswer {
  id: number | null;
  url: string | null;
  outcome: BulkOutcome;
  errors?: FieldError[];
}

export const MOST_ARTICLES = 1000;
const URL_SHOWN = 2000;

class TooManyArticles extends DomainError {
  constructor() {
    super('too-many-articles', 'too-large', `Send at most ${MOST_ARTICLES} articles in one request.`);
  }
}

/** The articles of a request that may name several: a list, or one under `articles`; undefined for a single one. */
export function severalIn(body: unknown): unknown[] | undefined {
  const several = Array.isArray(body) ? body : (body as { articles?: unknown } | null | undefined)?.articles;
  if (several === undefined) return undefined;
  if (!Array.isArray(several) || several.length === 0) {
    throw new Invalid([{ field: 'articles', message: 'must be a list of at least one article' }]);
  }
  if (several.length > MOST_ARTICLES) throw new TooManyArticles();
  return several;
}

/** Saves the good ones together and says of each, in the order they came, what became of it. */
export async function saveArticles(bodies: unknown[], { articles, clock }: Needs): Promise<BulkAnswer[]> {
  const read = bodies.map((body) => articleInput.safeParse(body ?? {}));
  const inputs: ArticleInput[] = read.flatMap(({ data }) => (data ? [data] : []));
  const saved = withRepeats(await articles.upsert(inputs, null, clock.now()));
  if (saved.length !== inputs.length) throw new Error('an upsert did not answer for every article');
  const answers = saved.values();
  return read.map(({ data, error }, n) => {
    if (error) return refused(bodies[n], error);
    const { id, outcome } = answers.next().value as (typeof saved)[number];
    return { id, url: data.url, outcome };
  });
}

/** Of several that are one article, one was saved. */
function withRepeats(saved: Upserted[]): { id: number; outcome: BulkOutcome }[] {
  const told = new Map<number, number>();
  for (const [n, { id, outcome }] of saved.entries()) if (!told.has(id) || outcome !== 'unchanged') told.set(id, n);
  return saved.map(({ id, outcome }, n) => ({ id, outcome: told.get(id) === n ? outcome : 'repeated' }));
}

function refused(body: unknown, { issues }: z.ZodError): BulkAnswer {
  const url = (body as { url?: unknown } | null | undefined)?.url;
  return {
    id: null,
    url: typeof url === 'string' ? url.slice(0, URL_SHOWN).toWellFormed() : null,
    outcome: 'refused',
    errors: issues.map(({ path, message }) => ({ field: path.join('.') || 'body', message })),
  };
}
