import { z } from 'zod';
import { webUrl } from '../articles/article.ts';
import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { oneLine } from '../kernel/one-line.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { fanOut, priorities } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Draft, DraftStore } from './draft-store.ts';
import { NewsletterInactive } from './newsletter-inactive.ts';

const emptyAsNull = z.literal('').transform(() => null);

export const draftInput = z.object({
  newsletter: z.string({ error: 'choose a newsletter' }),
  headline: oneLine(200),
  text: z.string().trim().min(1, 'must not be empty').max(5000),
  url: emptyAsNull.or(oneLine(2000).pipe(webUrl)).optional(),
});

type DraftInput = z.output<typeof draftInput>;

interface Needs {
  drafts: DraftStore;
  newsletters: { bySlug(slug: string): Promise<Newsletter | undefined> };
  articleFromUrl(
    url: string,
  ): Promise<{ id: number; url: string; headline: string; standfirst: string; revision: number }>;
  jobs: Jobs;
  clock: Clock;
  undoSeconds: number;
}

class NoLongerDraft extends DomainError {
  constructor() {
    super(
      'no-draft',
      'conflict',
      'This alert has been released or cancelled meanwhile: it cannot be changed any more.',
    );
  }
}

class NotApproved extends DomainError {
  constructor() {
    super(
      'not-approved',
      'conflict',
      'This newsletter wants a second person: ask somebody to approve the alert first.',
    );
  }
}

class NoWords extends DomainError {
  constructor() {
    super('no-words', 'invalid', 'Write a headline and a sentence or two first, and save them.');
  }
}

class WordsChanged extends DomainError {
  constructor() {
    super(
      'words-changed',
      'conflict',
      'Somebody has changed the words meanwhile. Here they are: read them again first.',
    );
  }
}

class NotAsked extends DomainError {
  constructor() {
    super('not-asked', 'conflict', 'Nobody has asked for approval yet: the alert is still being written.');
  }
}

class OwnWords extends DomainError {
  constructor() {
    super('own-words', 'forbidden', 'Whoever wrote any of an alert cannot approve it. Ask somebody else.');
  }
}

class TooLate extends DomainError {
  constructor() {
    super('too-late', 'conflict', 'The countdown is over: the alert is going out. You can still cancel what is left.');
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
  const same = Object.entries(content).every(([name, value]) => draft[name as keyof Draft] === value);
  if (same && draft.status === 'draft') return;
  if (!(await needs.drafts.change(draft.id, content, staffId))) throw new NoLongerDraft();
}

export async function wantApproval(id: number, { drafts, clock }: Needs): Promise<void> {
  if (!(await drafts.wantApproval(id, clock.now()))) throw new NoLongerDraft();
}

/**
 * @param wording the version that was looked at
 * @throws OwnWords for whoever wrote any of it; WordsChanged; NotAsked; NoLongerDraft
 */
export async function approve(id: number, wording: number, staffId: number, { drafts }: Needs): Promise<void> {
  if (await drafts.approve(id, wording, staffId)) return;
  const draft = await readDraft(id, { drafts });
  if (draft.status !== 'draft') throw new NoLongerDraft();
  if (draft.wording !== wording) throw new WordsChanged();
  if (!draft.approvalWantedAt) throw new NotAsked();
  throw new OwnWords();
}

/**
 * Starts the countdown; until it is over the alert can be called back whole.
 * @param wording the version that was looked at
 * @param unapproved an admin may go without the second person
 * @returns whether it went without
 * @throws NotApproved; WordsChanged; NoWords; NoLongerDraft
 */
export async function releaseDraft(
  id: number,
  wording: number,
  staffId: number,
  unapproved: boolean,
  needs: Needs,
): Promise<{ brokeGlass: boolean }> {
  const { drafts, jobs, clock, undoSeconds } = needs;
  const draft = await readDraft(id, needs);
  const lacksApproval = draft.needsApproval && !draft.approvedBy;
  const releaseAt = new Date(clock.now().getTime() + undoSeconds * 1000);
  if (!(await drafts.release(id, { wording, releaseAt, staffId, unapproved }))) {
    if (draft.status !== 'draft') throw new NoLongerDraft();
    if (draft.wording !== wording) throw new WordsChanged();
    if (!draft.headline || !draft.body) throw new NoWords();
    throw lacksApproval ? new NotApproved() : new NewsletterInactive(draft.newsletter);
  }
  await jobs.wake(fanOut, { editionId: id }, { priority: priorities.alert, delayMs: undoSeconds * 1000 });
  return { brokeGlass: lacksApproval };
}

/** Back to the desk, with nothing sent. @throws TooLate once the countdown is over */
export async function undoRelease(id: number, { drafts, clock }: Needs): Promise<void> {
  if (!(await drafts.undo(id, clock.now()))) throw new TooLate();
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
