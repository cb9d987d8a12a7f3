import { DomainError, NotFound } from '../kernel/errors.ts';
import type { NewNewsletter, Newsletter, NewsletterChange } from './newsletter.ts';
import type { NewsletterStore } from './store.ts';

interface Needs {
  newsletters: Pick<NewsletterStore, 'create' | 'change'>;
  /** Moves readers' next slots to changed days and times. */
  reschedule(newsletter: Newsletter): Promise<void>;
}

class SlugTaken extends DomainError {
  constructor() {
    super('slug-taken', 'conflict', 'There is already a newsletter with that slug. Choose another.');
  }
}

/** @throws SlugTaken */
export async function makeNewsletter(
  input: NewNewsletter,
  { newsletters }: Pick<Needs, 'newsletters'>,
): Promise<Newsletter> {
  const made = await newsletters.create(input);
  if (!made) throw new SlugTaken();
  return made;
}

/** Fields not named stay as they are. @throws NotFound */
export async function changeNewsletter(
  slug: string,
  change: NewsletterChange,
  { newsletters, reschedule }: Needs,
): Promise<Newsletter> {
  const changed = await newsletters.change(slug, change);
  if (!changed) throw new NotFound('newsletter');
  if (change.send_at || change.also_at || change.days) await reschedule(changed);
  return changed;
}
