import { z } from 'zod';

export interface Form {
  id: number;
  title: string;
  button: string;
  consentText: string;
  version: number;
  /** Origins that may embed it; empty means any. */
  allowedOrigins: string[];
  newsletters: { id: number; slug: string; name: string; description: string }[];
}

const origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'must be like https://news.example');

export const formChange = z
  .strictObject({
    title: z.string().trim().min(1).max(200),
    button: z.string().trim().min(1).max(60),
    consent_text: z.string().trim().min(1).max(1000),
    allowed_origins: z.array(origin).max(50),
    newsletters: z
      .array(z.string())
      .min(1)
      .max(50)
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
