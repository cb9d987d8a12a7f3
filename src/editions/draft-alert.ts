import { z } from 'zod';
import { webUrl } from '../articles/article.ts';
import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { oneLine, prose } from '../kernel/one-line.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Draft, DraftStore } from './draft-store.ts';

const emptyAsNull = z.literal('').transform(() => null);

export const draftInput = z.object({
  newsletter: z.string({ error: 'choose a newsletter' }),
  headline: oneLine(200),
  text: prose(5000).min(1, 'must not be empty'),
  url: emptyAsNull.or(oneLine(2000).pipe(webUrl)).optional(),
  /** Only of a correction. */
  wrong: prose(1000).optional(),
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

class SavedMeanwhile extends DomainError {
  constructor() {
    super(
      'saved-meanwhile',
      'conflict',
      'Somebody else has saved meanwhile: theirs is in the picture, yours stands here, unsaved. Save again to put yours in its place.',
    );
  }
}

class Unsaved extends DomainError {
  constructor() {
    super('unsaved', 'conflict', 'What you have typed is not saved yet. Save it and look at the picture first.');
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

/**
 * Saving what is there already changes nothing, and makes nobody an author.
 * @param wording the version that was looked at
 * @throws NoLongerDraft; SavedMeanwhile when somebody else has saved since then
 */
export async function changeDraft(draft: Draft, wording: number, input: DraftInput, staffId: number, needs: Needs) {
  const { id: newsletterId } = await breaking(input.newsletter, needs);
  const words = wordsOf(draft, input);
  const same = Object.entries({ newsletterId, ...words }).every(
    ([name, value]) => draft[name as keyof Draft] === value,
  );
  if (same && draft.status === 'draft') return;
  if (await needs.drafts.change(draft.id, wording, { newsletterId, ...words }, staffId)) return;
  const { status } = await readDraft(draft.id, needs);
  throw status === 'draft' ? new SavedMeanwhile() : new NoLongerDraft();
}

/** The fields of the page as they would be saved. */
const wordsOf = ({ corrects }: Draft, { headline, text, url, wrong }: DraftInput) => ({
  ...{ headline, body: text, url: url ?? null, wrong: corrects === null ? null : (wrong ?? '') },
});

/** What is typed on the page and not saved would be thought to go out. @throws Unsaved */
export function mustBeSaved(draft: Draft, typed: unknown): void {
  const { success, data } = draftInput.safeParse(typed);
  if (!success || data.newsletter !== draft.slug) throw new Unsaved();
  const words = Object.entries(wordsOf(draft, data));
  if (words.some(([name, value]) => draft[name as keyof Draft] !== value)) throw new Unsaved();
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
