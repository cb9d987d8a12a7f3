import type { Clock } from '../../kernel/clock.ts';
import { CLIPPED_AT } from '../mail/clipped-at.ts';
import type { Mail } from './compositions.ts';
import type { Messages } from './messages.ts';
import { mailNames, type OwnTemplates } from './own-templates.ts';
import { SAMPLE_SITE, sampleBrand, sampleMails } from './sample-mails.ts';
import { LIMITS } from './template-limits.ts';
import { type Mistake, TemplatesBroken } from './template-mistakes.ts';
import { unknownNames } from './template-names.ts';
import { createWorkshop } from './workshop.ts';

/** Left to right, and right to left. */
const LOCALES = ['en', 'ar'];

/** Lays out every mail once with invented data. @throws TemplatesBroken with everything that is wrong */
export async function checkTemplates(own: OwnTemplates, messages: Messages, clock: Clock): Promise<void> {
  const { renderWhole } = createWorkshop(messages, clock, own);
  const mistakes: Mistake[] = [...includes(own), ...(await unknownNames(own, messages, clock))];
  for (const name of mailNames()) {
    for (const [sample, locale] of inAllLocales(name)) {
      const { data, needs, slots } = sample;
      const began = performance.now();
      try {
        const mail = await renderWhole(name, { ...data, brand: sampleBrand(locale), baseUrl: SAMPLE_SITE });
        mistakes.push(...shortcomings(name, mail, needs, slots, own));
      } catch (error) {
        if (!(error instanceof TemplatesBroken)) throw error;
        mistakes.push(...error.mistakes);
        if (performance.now() - began > LIMITS.renderLimit) break;
      }
    }
  }
  if (mistakes.length > 0) throw new TemplatesBroken(mistakes);
}

const inAllLocales = (name: string) =>
  (sampleMails[name] ?? []).flatMap((sample) => LOCALES.map((locale) => [sample, locale] as const));

/** Liquid puts partials in; MJML's own way reads any file, so it is off, and would leave a gap. */
const includes = (own: OwnTemplates): Mistake[] =>
  [...own.files.values()].flatMap(({ path: file, text }) =>
    linesWith('<mj-include', text).map((line) => ({
      file,
      line,
      says: 'mj-include is not known here: name a partial with {% render %}',
    })),
  );

function shortcomings(name: string, mail: Mail, needs: string[], slots: readonly string[], own: OwnTemplates) {
  const parts = [
    { file: `${name}.mjml`, said: mail.html.replaceAll('&amp;', '&') },
    { file: `${name}.txt`, said: mail.text },
  ];
  const found = parts.flatMap(({ file, said }): Mistake[] => {
    const unknown = [...new Set(said.match(/%%\w+%%/g) ?? [])].filter((slot) => !slots.includes(slot));
    return [
      ...needs.filter((link) => !said.includes(link)).map((link) => ({ file, says: `${link} must stand in it` })),
      ...unknown.map((slot) => ({ ...whereSaid(slot, own, file), says: `nothing fills ${slot} in this mail` })),
    ];
  });
  const bytes = Buffer.byteLength(mail.html);
  if (bytes > CLIPPED_AT)
    found.push({ file: `${name}.mjml`, says: `${bytes} bytes of HTML: Gmail cuts off what is over ${CLIPPED_AT}` });
  return found.map(({ file, ...mistake }) => ({ ...mistake, file: own.files.get(`emails/${file}`)?.path ?? file }));
}

function whereSaid(words: string, own: OwnTemplates, file: string): Pick<Mistake, 'file' | 'line'> {
  for (const { path, text } of own.files.values()) {
    const [line] = linesWith(words, text);
    if (line) return { file: path, line };
  }
  return { file };
}

const linesWith = (words: string, text: string): number[] =>
  text.split('\n').flatMap((line, n) => (line.includes(words) ? [n + 1] : []));
