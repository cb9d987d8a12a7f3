import { Invalid, NotFound } from '../kernel/errors.ts';
import { type Form, type FormChange, formWords, type NewForm } from './form.ts';
import type { NewsletterStore } from './store.ts';

interface Needs {
  newsletters: Pick<NewsletterStore, 'all' | 'form' | 'createForm' | 'changeForm' | 'topicsAmong'>;
}

/** @throws Invalid for a newsletter or a topic that does not exist, or for half a link */
export async function makeForm(input: NewForm, needs: Needs): Promise<Form> {
  mustBeWhole(input);
  await mustExist(input, needs);
  return readForm(await needs.newsletters.createForm(input), needs);
}

/** Fields not named stay as they are. @throws NotFound; Invalid as `makeForm` does */
export async function changeForm(id: number, change: FormChange, needs: Needs): Promise<Form> {
  mustBeWhole({ ...formWords(await readForm(id, needs)), ...change });
  await mustExist(change, needs);
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

/** A link needs its words and its address. */
function mustBeWhole({ consent_link_text: text, consent_link_url: url }: FormChange): void {
  if (Boolean(text) === Boolean(url)) return;
  if (text) throw new Invalid([{ field: 'consent_link_url', message: 'must say where the link leads' }]);
  throw new Invalid([{ field: 'consent_link_text', message: 'must say what the link is called' }]);
}

async function mustExist(form: FormChange, { newsletters }: Needs): Promise<void> {
  const [all, topics] = await Promise.all([newsletters.all(), newsletters.topicsAmong(form.topics ?? [])]);
  const slugs = all.map(({ slug }) => slug);
  const unknown = [
    ...missing(form.newsletters, slugs).map((slug) => ({
      field: 'newsletters',
      message: `there is no newsletter "${slug}"`,
    })),
    ...missing(form.topics, topics).map((slug) => ({ field: 'topics', message: `there is no topic "${slug}"` })),
  ];
  if (unknown.length > 0) throw new Invalid(unknown);
}

const missing = (named: string[] | undefined, known: string[]): string[] =>
  (named ?? []).filter((slug) => !known.includes(slug));
