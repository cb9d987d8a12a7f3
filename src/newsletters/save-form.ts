import { Invalid, NotFound } from '../kernel/errors.ts';
import type { Form, FormChange, NewForm } from './form.ts';
import type { NewsletterStore } from './store.ts';

interface Needs {
  newsletters: Pick<NewsletterStore, 'all' | 'form' | 'createForm' | 'changeForm'>;
}

/** @throws Invalid for a newsletter that does not exist */
export async function makeForm(input: NewForm, needs: Needs): Promise<Form> {
  await mustExist(input.newsletters, needs);
  return readForm(await needs.newsletters.createForm(input), needs);
}

/** Fields not named stay as they are. @throws NotFound; Invalid for a newsletter that does not exist */
export async function changeForm(id: number, change: FormChange, needs: Needs): Promise<Form> {
  await mustExist(change.newsletters ?? [], needs);
  if (!(await needs.newsletters.changeForm(id, change))) throw new NotFound('form');
  return readForm(id, needs);
}

/** @throws NotFound */
export async function readForm(
  id: number,
  { newsletters }: { newsletters: Pick<NewsletterStore, 'form'> },
): Promise<Form> {
  const form = await newsletters.form(id);
  if (!form) throw new NotFound('form');
  return form;
}

async function mustExist(slugs: string[], { newsletters }: Needs): Promise<void> {
  const known = new Set((await newsletters.all()).map(({ slug }) => slug));
  const unknown = slugs.filter((slug) => !known.has(slug));
  if (unknown.length === 0) return;
  throw new Invalid(unknown.map((slug) => ({ field: 'newsletters', message: `there is no newsletter "${slug}"` })));
}
