import { nextIssue, readDesk } from '../editions/digest-desk.ts';
import { nameOf } from '../editions/digest-issue.ts';
import { type NextDigest, nextFor, nextForMost } from '../editions/preview-digest.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Sign } from '../platform/mail/dkim.ts';
import { withoutOwnLinks } from '../platform/view/emails.ts';
import { proofOf, sourceOf, withHiddenLinks } from './edition-message.ts';
import type { PreviewReader, PreviewStore } from './preview-store.ts';
import type { StoredVariant } from './store.ts';

export type PreviewNeeds = Parameters<typeof nextFor>[2] &
  Parameters<typeof proofOf>[2] & { previews: PreviewStore; sign: Sign };

export interface Asked {
  newsletter: Newsletter;
  /** Null for a reader of every topic, as most of them are. */
  reader: PreviewReader | null;
  /** Null for the one that comes next. */
  editionId: number | null;
}

/** A mail as staff may look at it. */
export interface Previewed {
  /** When it was due or is due. */
  at: Date | null;
  subject: string;
  html: string;
  text: string;
  header: string;
  source: string;
  /** Of the digest that comes next, as it is on the desk. */
  next: (Pick<NextDigest, 'plan'> & { articles: number; tooFew: boolean }) | null;
}

/** Why there is no mail to look at. */
export type None = 'alerts-come-unasked' | 'not-active' | 'nobody-due' | 'nothing-new' | 'none-for-them';

/** What is on its way to a reader, or was sent to them. Changes nothing: what is stored is shown as it is stored. */
export async function previewMail(asked: Asked, needs: PreviewNeeds): Promise<Previewed | None> {
  const { newsletter, reader, editionId } = asked;
  if (editionId !== null) {
    const left = await needs.previews.content(newsletter.id, editionId, reader?.id ?? null);
    return left ? shown(asked, left, { at: left.asOf, next: null }, needs) : 'none-for-them';
  }
  if (newsletter.kind === 'breaking') return 'alerts-come-unasked';
  const found = reader ? await nextOf(reader, newsletter, needs) : await nextOfMost(newsletter, needs);
  if (typeof found === 'string') return found;
  const { at, plan, articles, variant } = found;
  if (!variant) return 'nothing-new';
  const next = { plan, articles: articles.length, tooFew: articles.length < newsletter.minArticles };
  return shown(asked, { ...variant, chain: [] }, { at, next }, needs);
}

async function nextOf(reader: PreviewReader, newsletter: Newsletter, needs: PreviewNeeds): Promise<NextDigest | None> {
  const had = await needs.coming.reader(newsletter.id, reader.id);
  return had ? nextFor({ ...reader, ...had }, newsletter, needs) : 'not-active';
}

async function nextOfMost(newsletter: Newsletter, needs: PreviewNeeds): Promise<NextDigest | None> {
  const issue = await nextIssue(newsletter, needs);
  if (!issue) return 'nobody-due';
  return nextForMost(await readDesk(newsletter.slug, nameOf(issue), needs), needs);
}

/** Nobody's. */
const SOMEBODY = 'reader@example.org';

async function shown(
  { newsletter, reader, editionId }: Asked,
  { subject, html, text, chain }: StoredVariant,
  about: Pick<Previewed, 'at' | 'next'>,
  needs: PreviewNeeds,
): Promise<Previewed> {
  const variant = { subject, html, text, chain };
  const proof = { editionId: editionId ?? 0, variant, to: reader?.email ?? SOMEBODY };
  const { header, source } = await sourceOf(await proofOf(proof, newsletter, needs), needs.sign);
  return {
    ...about,
    ...{ subject, html: withoutOwnLinks(html), text: withHiddenLinks(text, needs.baseUrl), header, source },
  };
}
