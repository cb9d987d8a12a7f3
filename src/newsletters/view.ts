import { languageOf, languages, ownName } from '../kernel/language.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Form, FormVersion } from './form.ts';
import type { Newsletter } from './newsletter.ts';
import { inWords } from './rhythm.ts';
import { everyDay } from './timetable.ts';

/** As the console lists a newsletter. */
export const newsletterRow = (newsletter: Newsletter, slots: { newsletterId: number; at: Date }[]) => ({
  ...newsletter,
  leaves: inWords(everyDay, newsletter),
  slots: slots.filter(({ newsletterId }) => newsletterId === newsletter.id).map(({ at }) => at.toISOString()),
});

/** What a newsletter may speak, each in its own words; first the newsroom's, which is nothing chosen. */
export const languageChoices = ({ locale }: Pick<Brand, 'locale'>) => ({
  newsrooms: ownName(languageOf(locale)),
  others: languages.map((code) => ({ code, name: ownName(code) })),
});

export const formRow = ({ id, title, version, newsletters, allowedOrigins }: Form) => ({
  ...{ id, title, version, allowedOrigins, newsletters: newsletters.map(({ name }) => name) },
});

/** Places a form has for newsletters: those taken, and a few to take. */
export function offers(all: Newsletter[], values: { newsletters?: unknown }): string[] {
  const taken = Array.isArray(values.newsletters) ? values.newsletters.map(String) : [];
  const room = Math.min(FREE_PLACES, Math.max(0, all.length - taken.length));
  return [...taken, ...Array<string>(room).fill('')];
}

const FREE_PLACES = 3;

export const versionRow = ({ since, ...version }: FormVersion) => ({ ...version, since: since.toISOString() });

/** What a page needs to show the form: `embed.js` looks for exactly this. */
export const embedOf = ({ id, topics }: Form, baseUrl: string) => ({
  code: `<div data-daybreak-form="${id}"></div>\n<script src="${baseUrl}/embed.js" async></script>`,
  script: `<script src="${baseUrl}/embed.js" async></script>`,
  shortcode: `[ms-form id=${id}]`,
  url: `${baseUrl}/forms/${id}`,
  policy: `script-src ${baseUrl}; connect-src ${baseUrl}`,
  section: topics[0] && `data-topics="${topics[0].slug}"`,
});
