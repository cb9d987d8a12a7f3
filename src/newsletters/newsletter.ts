import { z } from 'zod';
import { parseEmailAddress } from '../kernel/email-address.ts';
import { type Language, languages } from '../kernel/language.ts';
import { oneLine, prose } from '../kernel/one-line.ts';
import { lineTemplate } from './line-template.ts';
import type { Timetable } from './timetable.ts';

export interface Newsletter extends Timetable {
  id: number;
  slug: string;
  name: string;
  description: string;
  kind: 'digest' | 'breaking';
  latenessMinutes: number;
  whenUncertain: 'hold' | 'resend';
  /** A reader with fewer new articles gets no digest, and has them still to come. */
  minArticles: number;
  /** So many stories of one section are shown in full, the others as links; null for no limit. */
  sectionLimit: number | null;
  /** What a digest's subject, and the line beside it, are made of; null for the headlines of its first two stories. */
  subjectTemplate: string | null;
  preheaderTemplate: string | null;
  fromName: string | null;
  fromAddress: string | null;
  replyTo: string | null;
  /** An alert waits for a second person. */
  needsApproval: boolean;
  /** Hours, in the reader's zone, in which an alert waits until they are over, or is not sent at all; null for none. */
  quietFrom: string | null;
  quietUntil: string | null;
  quietRule: 'after' | 'drop';
  /** More alerts than these in 24 hours are not sent to a reader; null for no limit. */
  alertsPerDay: number | null;
  /** What the desk proposes: a slice of the readers first, and the rest when all is well with them. */
  canary: boolean;
  /** One mail more, a day later, to whoever has not answered the confirmation. */
  reminder: boolean;
  /** A mail with the latest edition to whoever has confirmed. */
  welcome: boolean;
  /** Of its pages and mails, BCP 47; null for the newsroom's. */
  language: Language | null;
  /** Search engines are asked to leave its editions out. */
  noindex: boolean;
  active: boolean;
}

const address = z
  .string()
  .refine((text) => parseEmailAddress(text), 'is not an email address')
  // Many relays would refuse every mail from another one (RFC 6531).
  .refine((text) => /^[\x20-\x7e]*$/.test(text), 'must be written in ASCII');

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:00');
const TIMES = 'must be at most three times, such as 12:00 and 18:00';
const DAYS = 'must be some of the numbers from 1, which is Monday, to 7';
const ALERTS = 'must be a whole number from 1 to 100';
const FEWEST = 'must be a whole number from 1 to 20';
const IN_SECTION = 'must be a whole number from 1 to 6';
const MINUTES = 'must be a whole number from 1 to 1440';

/** Without what is there twice. */
function sorted<T extends string | number>(given: T[]): T[] {
  return [...new Set(given)].toSorted((a, b) => (a < b ? -1 : 1));
}

const fields = z.strictObject({
  name: oneLine(200),
  description: prose(500),
  send_at: timeOfDay,
  also_at: z.array(timeOfDay, TIMES).max(3, TIMES).transform(sorted),
  days: z
    .array(z.number(DAYS).int(DAYS).min(1, DAYS).max(7, DAYS), DAYS)
    .min(1, 'must be at least one day')
    .max(7, DAYS)
    .transform(sorted),
  lateness_minutes: z.number(MINUTES).int(MINUTES).min(1, MINUTES).max(1440, MINUTES),
  when_uncertain: z.enum(['hold', 'resend'], 'must be hold or resend'),
  min_articles: z.number(FEWEST).int(FEWEST).min(1, FEWEST).max(20, FEWEST),
  section_limit: z.number(IN_SECTION).int(IN_SECTION).min(1, IN_SECTION).max(6, IN_SECTION).nullable(),
  subject_template: lineTemplate.nullable(),
  preheader_template: lineTemplate.nullable(),
  from_name: oneLine(100).nullable(),
  from_address: address.nullable(),
  reply_to: address.nullable(),
  needs_approval: z.boolean(),
  quiet_from: timeOfDay.nullable(),
  quiet_until: timeOfDay.nullable(),
  quiet_rule: z.enum(['after', 'drop'], 'must be after or drop'),
  alerts_per_day: z.number(ALERTS).int(ALERTS).min(1, ALERTS).max(100, ALERTS).nullable(),
  canary: z.boolean(),
  reminder: z.boolean(),
  welcome: z.boolean(),
  language: z.enum(languages, `must be ${languages.join(', ')}, or null for the newsroom’s own`).nullable(),
  noindex: z.boolean(),
  active: z.boolean(),
});

const change = fields.partial();

/** Quiet hours have both ends, which differ, or none. */
function quietHours({ quiet_from: from, quiet_until: until }: z.output<typeof change>, context: z.RefinementCtx): void {
  const says = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if ((from === undefined) !== (until === undefined) || (from == null) !== (until == null))
    says(from == null ? 'quiet_from' : 'quiet_until', HALF);
  else if (from && from === until) says('quiet_until', NO_HOURS);
}

const HALF = 'quiet hours have a beginning and an end: give both, or leave both empty';
const NO_HOURS = 'the quiet hours begin and end at the same minute: make one of them later, or leave both empty.';

export const newsletterChange = change.superRefine(quietHours);
export const newNewsletter = change
  .extend({
    slug: z
      .string('must be text')
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')
      .refine((slug) => slug !== 'new', 'is the address of the page that makes newsletters: choose another'),
    name: fields.shape.name,
    kind: z.enum(['digest', 'breaking'], 'must be digest or breaking'),
  })
  .superRefine(quietHours);

export type NewsletterChange = z.output<typeof newsletterChange>;
export type NewNewsletter = z.output<typeof newNewsletter>;

/** As the API shows it. */
export function newsletterJson(n: Newsletter) {
  return {
    id: n.id,
    slug: n.slug,
    name: n.name,
    description: n.description,
    kind: n.kind,
    send_at: n.sendAt,
    also_at: n.alsoAt,
    days: n.days,
    lateness_minutes: n.latenessMinutes,
    when_uncertain: n.whenUncertain,
    min_articles: n.minArticles,
    section_limit: n.sectionLimit,
    subject_template: n.subjectTemplate,
    preheader_template: n.preheaderTemplate,
    from_name: n.fromName,
    from_address: n.fromAddress,
    reply_to: n.replyTo,
    needs_approval: n.needsApproval,
    quiet_from: n.quietFrom,
    quiet_until: n.quietUntil,
    quiet_rule: n.quietRule,
    alerts_per_day: n.alertsPerDay,
    canary: n.canary,
    reminder: n.reminder,
    welcome: n.welcome,
    language: n.language,
    noindex: n.noindex,
    active: n.active,
  };
}
