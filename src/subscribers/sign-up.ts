import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { Invalid, NotFound } from '../kernel/errors.ts';
import { wellFormed } from '../kernel/one-line.ts';
import { isTimeZone } from '../kernel/time-zone.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { type Form, wordingOf } from '../newsletters/form.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Screen } from './abuse/screen.ts';
import type { SignUpRow } from './sign-up-store.ts';
import type { SubscriberStore } from './store.ts';
import { type ConsentProof, EVERY_TOPIC } from './subscriber.ts';

/** A form sends one checked box as a string, several as an array, and an empty field to say that none is checked. */
const slugs = z
  .union([z.string().transform((slug) => [slug]), z.array(z.string()).max(50)])
  .transform((given) => given.filter(Boolean));
/** What browsers say that do not know where they are. */
const NOWHERE = 'Etc/Unknown';

/** Where a form stood; what is no address is none. */
export const pageUrl = z
  .url({ protocol: /^https?$/, normalize: true })
  .max(2000)
  .optional()
  .catch(undefined);

export const signUpInput = z.object({
  email: z
    .string({ error: 'form.no-email' })
    .min(1, 'form.no-email')
    .transform((text, check) => {
      const address = parseEmailAddress(text);
      if (address) return address;
      check.addIssue({ code: 'custom', message: 'form.odd-email' });
      return z.NEVER;
    }),
  newsletters: slugs.optional(),
  topics: slugs.optional(),
  /** Left empty, it is not given. */
  name: z
    .string('form.long-name')
    .overwrite(wellFormed)
    .trim()
    .max(100, 'form.long-name')
    .regex(/^\P{Cc}*$/u, 'form.long-name')
    .optional(),
  time_zone: z
    .string()
    .transform((name) => (name === NOWHERE ? '' : name))
    .refine((name) => name === '' || isTimeZone(name), 'form.time-zone')
    .optional(),
  page_url: pageUrl,
  // What these hold is for the rules to judge; nothing they hold makes a sign-up malformed.
  token: z.unknown().optional(),
  website_address: z.unknown().optional(),
  altcha: z.unknown().optional(),
  sure: z.unknown().optional(),
});

interface Needs {
  kept: { form(id: number): Promise<Form | undefined>; brand(): Promise<Brand> };
  subscribers: Pick<SubscriberStore, 'topicSet'>;
  screen: Pick<Screen, 'judge'>;
  recorder: { record(row: SignUpRow): Promise<void> };
  tokens: Tokens;
  clock: Clock;
}

/** Who sends it: what is kept as proof, and the network it is counted under. */
interface Sender extends Pick<ConsentProof, 'ipTruncated' | 'userAgent' | 'pageUrl'> {
  /** Undefined for this machine itself. */
  network: string | undefined;
}

/**
 * Records the wish and owes a confirmation. The same steps for every address, so that nobody learns who is a reader.
 * @throws NotFound for an unknown form; Invalid for a newsletter it does not offer, an unknown topic, or an address that
 * a rule refuses; ProofWanted
 */
export async function signUp(
  formId: number,
  input: z.output<typeof signUpInput>,
  { network, ...proof }: Sender,
  { kept, subscribers, screen, recorder, tokens, clock }: Needs,
): Promise<void> {
  const form = await kept.form(formId);
  if (!form) throw new NotFound('sign-up form');
  const newsletterIds = chosen(form, input.newsletters);
  const passed = await screen.judge(form, input, network);
  if (!passed) return;
  await recorder.record({
    ...passed,
    email: input.email,
    // Of the address that is mailed, as suppressions are.
    emailHash: tokens.mac('suppression', addressKey(input.email)),
    timeZone: input.time_zone || (await kept.brand()).timeZone,
    name: form.nameField === 'optional' ? input.name || null : null,
    newsletterIds,
    topicSetId: await topicSetOf(form, input.topics ?? [], subscribers),
    proof: { method: 'form', formId, formVersion: form.version, wording: wordingOf(form), ...proof },
    at: clock.now(),
  });
}

async function topicSetOf({ topics }: Form, slugs: string[], subscribers: Needs['subscribers']): Promise<number> {
  const wanted = [...new Set(slugs.filter(Boolean))];
  if (wanted.length === 0) return EVERY_TOPIC;
  // A form that offers none takes any: programs know what they ask for.
  if (topics.length > 0 && wanted.some((slug) => !topics.some((offered) => offered.slug === slug)))
    throw new Invalid([{ field: 'topics', message: 'form.other-topic' }]);
  const id = await subscribers.topicSet(wanted);
  if (id) return id;
  throw new Invalid([{ field: 'topics', message: 'form.no-topic' }]);
}

function chosen(form: Form, wanted: string[] | undefined): number[] {
  if (!wanted) return form.newsletters.map(({ id }) => id);
  const offered = new Map(form.newsletters.map(({ slug, id }) => [slug, id]));
  const unknown = wanted.filter((slug) => !offered.has(slug));
  if (unknown.length > 0) throw new Invalid([{ field: 'newsletters', message: 'form.other-newsletter' }]);
  if (wanted.length === 0) throw new Invalid([{ field: 'newsletters', message: 'form.no-newsletter' }]);
  return [...new Set(wanted)].map((slug) => offered.get(slug) as number);
}
