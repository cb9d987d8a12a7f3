import { z } from 'zod';
import { webUrl } from '../articles/article.ts';
import { PageUnreadable } from '../articles/article-from-url.ts';
import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { oneLine } from '../kernel/one-line.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { fanOut, priorities } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { NewsletterInactive } from './newsletter-inactive.ts';
import type { EditionStore } from './store.ts';

export const alertInput = z
  .object({
    newsletter: z.string({ error: 'name a newsletter, such as breaking' }),
    url: oneLine(2000).pipe(webUrl).optional(),
    headline: oneLine(200).optional(),
    text: z.string().trim().min(1, 'must not be empty').max(5000).optional(),
    undo_seconds: z.number().int().min(0).max(3600).optional(),
    send_at: z.iso.datetime({ offset: true, error: 'must be like 2026-11-23T14:00:00Z' }).optional(),
  })
  .refine((input) => input.url || (input.headline && input.text), {
    path: ['headline'],
    error: 'give a url, or a headline and a text',
  });

type AlertInput = z.output<typeof alertInput>;

interface FoundArticle {
  id: number;
  url: string;
  headline: string;
  standfirst: string;
  revision: number;
}

interface Needs {
  editions: EditionStore;
  newsletters: { bySlug(slug: string): Promise<Newsletter | undefined> };
  articles: { byUrl(url: string): Promise<{ id: number; revision: number } | undefined> };
  articleFromUrl(url: string): Promise<FoundArticle>;
  jobs: Jobs;
  clock: Clock;
  undoSeconds: number;
}

class ApprovalNeeded extends DomainError {
  constructor(slug: string) {
    super(
      'approval-needed',
      'conflict',
      `"${slug}" wants a second person: write and release its alerts in the console.`,
    );
  }
}

class WordsNeeded extends DomainError {
  constructor(reason: string) {
    super('page-unreadable', 'invalid', `${reason} Give headline and text instead.`);
  }
}

/**
 * Starts an alert's countdown. Nothing leaves before it is over, and until then it can be cancelled whole.
 * @returns the edition's id; the same request key gives the same alert
 * @throws NotFound for an unknown newsletter; a fetch error that says to give headline and text instead
 */
export async function startAlert(input: AlertInput, requestKey: string | null, needs: Needs): Promise<number> {
  const { editions, newsletters, jobs, clock, undoSeconds } = needs;
  const newsletter = await newsletters.bySlug(input.newsletter);
  if (!newsletter) throw new NotFound(`newsletter "${input.newsletter}"`);
  if (!newsletter.active) throw new NewsletterInactive(newsletter.slug);
  if (newsletter.kind !== 'breaking') {
    throw new DomainError('not-breaking', 'invalid', `"${input.newsletter}" is a digest: use POST /api/v1/editions.`);
  }
  if (newsletter.needsApproval) throw new ApprovalNeeded(newsletter.slug);
  const content = await contentOf(input, needs);
  const now = clock.now();
  const earliest = now.getTime() + (input.undo_seconds ?? undoSeconds) * 1000;
  const releaseAt = new Date(Math.max(earliest, input.send_at ? Date.parse(input.send_at) : 0));
  const id = await editions.scheduleAlert({ newsletterId: newsletter.id, ...content, releaseAt, requestKey }, now);
  await jobs.wake(
    fanOut,
    { editionId: id },
    {
      priority: priorities.alert,
      delayMs: releaseAt.getTime() - now.getTime(),
    },
  );
  return id;
}

async function contentOf({ url, headline, text }: AlertInput, { articles, articleFromUrl }: Needs) {
  if (headline && text) {
    // Its readers have had the story, whoever wrote the words.
    const known = url && (await articles.byUrl(url));
    const about = known
      ? { articleId: known.id, articleRevision: known.revision }
      : { articleId: null, articleRevision: null };
    return { headline, body: text, url: url ?? null, ...about };
  }
  const article = await articleFromUrl(url ?? '').catch((error) => {
    throw error instanceof PageUnreadable ? new WordsNeeded(error.reason) : error;
  });
  return {
    headline: headline ?? article.headline,
    body: text ?? article.standfirst,
    url: article.url,
    articleId: article.id,
    articleRevision: article.revision,
  };
}
