import { z } from 'zod';
import { webUrl } from '../articles/article.ts';
import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { oneLine } from '../kernel/one-line.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Draft, DraftStore } from './draft-store.ts';

const emptyAsNull = z.literal('').transform(() => null);

export const draftInput = z.object({
  newsletter: z.string({ error: 'choose a newsletter' }),
  headline: oneLine(200),
  text: z.string().trim().min(1, 'must not be empty').max(5000),
  url: emptyAsNull.or(oneLine(2000).pipe(webUrl)).optional(),
  /** Only of a correction. */
  wrong: z.string().trim().max(1000).optional(),
});

type DraftInput = z.output<typeof draftInput>;

interface Needs {
  drafts: DraftStore;
  newsletters: { bySlug(slug: string): Promise<Newsletter | undefined> };
  articleFromUrl(
    url: string,
  ): Promise<{ id: number; url: string; headline: string; standfirst: string; revision: number }>;
  clock: Clock;
}

export class NoLongerDraft extends DomainError {
  constructor() {
    super(
      'no-draft',
      'conflict',
      'This alert has been released or cancelled meanwhile: it cannot be changed any more.',
    );
  }
}

/** A draft with its fields filled from the article at an address, or an empty one. */
export async function startDraft(url: string | null, newsletter: string, staffId: number, needs: Needs) {
  const { drafts, articleFromUrl, clock } = needs;
  const { id: newsletterId } = await breaking(newsletter, needs);
  const empty = { headline: '', body: '', url: null, articleId: null, articleRevision: null };
  const article = url ? await articleFromUrl(url) : null;
  const content = article
    ? {
        ...{ headline: article.headline, body: article.standfirst, url: article.url },
        ...{ articleId: article.id, articleRevision: article.revision },
      }
    : empty;
  return drafts.add({ newsletterId, ...content }, staffId, clock.now());
}

/** Saving what is there already changes nothing, and makes nobody an author. @throws NoLongerDraft */
export async function changeDraft(draft: Draft, input: DraftInput, staffId: number, needs: Needs): Promise<void> {
  const { id: newsletterId } = await breaking(input.newsletter, needs);
  const content = { newsletterId, headline: input.headline, body: input.text, url: input.url ?? null };
  const wrong = draft.corrects === null ? null : (input.wrong ?? '');
  const same = Object.entries({ ...content, wrong }).every(([name, value]) => draft[name as keyof Draft] === value);
  if (same && draft.status === 'draft') return;
  if (!(await needs.drafts.change(draft.id, { ...content, wrong }, staffId))) throw new NoLongerDraft();
}

/** @throws NotFound */
export async function readDraft(id: number, { drafts }: Pick<Needs, 'drafts'>): Promise<Draft> {
  const draft = await drafts.byId(id);
  if (!draft) throw new NotFound('alert');
  return draft;
}

async function breaking(slug: string, { newsletters }: Pick<Needs, 'newsletters'>): Promise<Newsletter> {
  const newsletter = await newsletters.bySlug(slug);
  if (newsletter?.kind !== 'breaking') throw new NotFound(`breaking newsletter "${slug}"`);
  return newsletter;
}
