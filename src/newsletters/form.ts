import { z } from 'zod';
import type { Language } from '../kernel/language.ts';
import { oneLine, prose } from '../kernel/one-line.ts';

export interface Form {
  id: number;
  title: string;
  button: string;
  consentText: string;
  /** Stands after the consent; both or neither. */
  consentLinkText: string | null;
  consentLinkUrl: string | null;
  nameField: 'none' | 'optional';
  successTitle: string;
  successText: string;
  /** When a browser has to work before its sign-up counts. */
  proofOfWork: 'never' | 'suspicion' | 'always';
  version: number;
  /** Origins that may embed it; empty means any. */
  allowedOrigins: string[];
  newsletters: { id: number; slug: string; name: string; description: string; language: Language | null }[];
  /** Slugs of all it names, in order; readers are offered the active ones. */
  named: string[];
  topics: { slug: string; name: string }[];
}

/** The words a consent was given to. */
export interface FormVersion {
  version: number;
  title: string;
  button: string;
  consentText: string;
  consentLinkText: string | null;
  consentLinkUrl: string | null;
  since: Date;
}

const origin = z.string('must be text').refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: ({ input }) => `“${input}” must be like https://news.example`,
});

const page = oneLine(2000).refine(
  (text) => ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? '') && !URL.parse(text)?.username,
  'must be a whole address, like https://news.example/privacy',
);

const slugs = z.array(z.string('must be text'));
const once = (given: string[]): string[] => [...new Set(given)];

const fields = {
  title: oneLine(200),
  button: oneLine(60),
  consent_text: prose(1000).min(1, 'must not be empty'),
  consent_link_text: oneLine(100).nullable(),
  consent_link_url: page.nullable(),
  name_field: z.enum(['none', 'optional'], 'must be none or optional'),
  success_title: oneLine(100),
  success_text: prose(500).min(1, 'must not be empty'),
  proof_of_work: z.enum(['never', 'suspicion', 'always'], 'must be never, suspicion or always'),
  allowed_origins: z.array(origin).max(50, 'must be at most 50'),
  newsletters: slugs.min(1, 'must name at least one newsletter').max(50, 'must be at most 50').overwrite(once),
  topics: slugs.max(20, 'must be at most 20').overwrite(once),
};

export const formChange = z.strictObject(fields).partial();
export const newForm = z.strictObject({
  ...fields,
  button: fields.button.default('Sign up'),
  consent_link_text: fields.consent_link_text.default(null),
  consent_link_url: fields.consent_link_url.default(null),
  name_field: fields.name_field.default('none'),
  success_title: fields.success_title.default('Check your inbox'),
  success_text: fields.success_text.default(
    'We have sent you a mail. Press the button in it, and your subscription begins.',
  ),
  proof_of_work: fields.proof_of_work.default('suspicion'),
  allowed_origins: fields.allowed_origins.default([]),
  topics: fields.topics.default([]),
});

export type FormChange = z.output<typeof formChange>;
export type NewForm = z.output<typeof newForm>;

/** Of the first newsletter it offers; null for the newsroom's. */
export const languageOfForm = (form: Form | undefined): Language | null => form?.newsletters[0]?.language ?? null;

/** As anyone may see it. */
export const formJson = (form: Form) => ({
  id: form.id,
  title: form.title,
  button: form.button,
  consent_text: form.consentText,
  consent_link_text: form.consentLinkText,
  consent_link_url: form.consentLinkUrl,
  name_field: form.nameField,
  success_title: form.successTitle,
  success_text: form.successText,
  newsletters: form.newsletters.map(({ slug, name, description }) => ({ slug, name, description })),
  topics: form.topics,
});

/** As a change of it is written down. */
export const formWords = (form: Form) => ({
  ...{ title: form.title, button: form.button, consent_text: form.consentText },
  ...{ consent_link_text: form.consentLinkText, consent_link_url: form.consentLinkUrl, name_field: form.nameField },
  ...{ success_title: form.successTitle, success_text: form.successText, proof_of_work: form.proofOfWork },
  ...{ allowed_origins: form.allowedOrigins, newsletters: form.named, topics: form.topics.map(({ slug }) => slug) },
});

/** What a reader agrees to when they send it, as a record keeps it. */
export const wordingOf = ({ consentText, consentLinkText, consentLinkUrl }: Form): string =>
  consentLinkUrl ? `${consentText}\n${consentLinkText}: ${consentLinkUrl}` : consentText;
