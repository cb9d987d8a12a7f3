import { z } from 'zod';
import { oneLine, prose } from '../kernel/one-line.ts';

export interface Form {
  id: number;
  title: string;
  button: string;
  consentText: string;
  version: number;
  /** Origins that may embed it; empty means any. */
  allowedOrigins: string[];
  newsletters: { id: number; slug: string; name: string; description: string }[];
  /** When those who sign up must solve a puzzle first. */
  proofOfWork: 'never' | 'suspicion' | 'always';
  /** Slugs of all it names, in order; readers are offered the active ones. */
  named: string[];
}

const origin = z.string('must be text').refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: ({ input }) => `“${input}” must be like https://news.example`,
});

export const formChange = z
  .strictObject({
    title: oneLine(200),
    button: oneLine(60),
    consent_text: prose(1000).min(1, 'must not be empty'),
    allowed_origins: z.array(origin).max(50, 'must be at most 50'),
    newsletters: z
      .array(z.string())
      .min(1, 'must name at least one newsletter')
      .max(50, 'must be at most 50')
      .overwrite((slugs) => [...new Set(slugs)]),
  })
  .partial();
export const newForm = formChange.required({ title: true, consent_text: true, newsletters: true });

export type FormChange = z.output<typeof formChange>;
export type NewForm = z.output<typeof newForm>;

/** As anyone may see it: the embedded form is drawn from this. */
export function formJson(form: Form) {
  return {
    id: form.id,
    title: form.title,
    button: form.button,
    consent_text: form.consentText,
    newsletters: form.newsletters.map(({ slug, name, description }) => ({ slug, name, description })),
  };
}

/** As a change of it is written down. */
export const formWords = ({ title, button, consentText, allowedOrigins, named }: Form) => ({
  ...{ title, button, consent_text: consentText, allowed_origins: allowedOrigins, newsletters: named },
});
