import type { Clock } from '../../kernel/clock.ts';
import type { Brand } from './brand.ts';
import type { Mail } from './compositions.ts';
import { createLiquid, spokenIn } from './liquid.ts';
import type { Messages } from './messages.ts';
import type { OwnTemplates } from './own-templates.ts';
import { placed } from './template-lines.ts';
import { liquidMistakes, type Mistake, mjmlErrors, openTags, TemplatesBroken } from './template-mistakes.ts';

// Includes stay off: what stands in an article must never name a file. No web fonts: no third-party request.
const MJML = { validationLevel: 'strict', ignoreIncludes: true, keepComments: false, fonts: {} } as const;
/** Of MJML, of which a mail under 102 kB has 60,000 at most. */
const MOST_CHARACTERS = 1_000_000;

type Scope = { brand: Brand };
type Print = (name: string, scope: Scope) => Promise<Mail>;

/** A template and its data, as MJML leaves them. @throws TemplatesBroken of a newsroom's own templates */
export function createPrinter(messages: Messages, clock: Clock, own?: OwnTemplates): Print {
  const marked = createLiquid('emails', messages, clock, { own });
  const plain = createLiquid('emails', messages, clock, { plain: true, own });
  const mjmlOf = (name: string, scope: Scope): Promise<string> =>
    marked.renderFile(`${name}.mjml`, scope, spokenIn(scope));
  const textOf = (name: string, scope: Scope): Promise<string> =>
    plain.renderFile(`${name}.txt`, scope, spokenIn(scope));
  if (!own)
    return async (name, scope) => ({
      html: await compiled(await mjmlOf(name, scope)),
      text: await textOf(name, scope),
    });

  const pathOf = (name: string): string => own.files.get(`emails/${name}`)?.path ?? `emails/${name}`;

  return async (name, scope) => {
    const mistakes: Mistake[] = [];
    const noted = (file: string) => (error: unknown) => {
      mistakes.push(...liquidMistakes(error, pathOf(file)));
      return '';
    };
    const mjml = await mjmlOf(name, scope).catch(noted(`${name}.mjml`));
    const text = await textOf(name, scope).catch(noted(`${name}.txt`));
    const { html, errors } = mistakes.length > 0 ? { html: '', errors: [] } : await tried(mjml);
    if (errors.length > 0) {
      const again = (seen: (text: string, file: string) => string) =>
        createLiquid('emails', messages, clock, { own, seen }).renderFile(`${name}.mjml`, scope, spokenIn(scope));
      mistakes.push(...(await placed(errors, mjml, pathOf(`${name}.mjml`), again)));
    }
    if (mistakes.length > 0) throw new TemplatesBroken(mistakes);
    return { html, text };
  };
}

async function compiled(mjml: string): Promise<string> {
  // Loaded when first needed: it takes 90 MB, and most processes never render a mail.
  const { default: mjml2html } = await import('mjml');
  return (await mjml2html(mjml, MJML)).html;
}

async function tried(mjml: string) {
  const message = `it prints more than ${MOST_CHARACTERS} characters`;
  if (mjml.length > MOST_CHARACTERS) return { html: '', errors: [{ line: 0, tagName: 'mjml', message }] };
  const open = openTags(mjml);
  if (open.length > 0) return { html: '', errors: open };
  return compiled(mjml).then(
    (html) => ({ html, errors: [] }),
    (error: unknown) => ({ html: '', errors: mjmlErrors(error) }),
  );
}
