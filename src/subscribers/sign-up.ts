import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { Invalid, NotFound } from '../kernel/errors.ts';
import { oneLine } from '../kernel/one-line.ts';
import { isTimeZone } from '../kernel/time-zone.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { type Form, wordingOf } from '../newsletters/form.ts';
import { sendConfirmation } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { SubscriberStore } from './store.ts';
import type { ConsentProof } from './subscriber.ts';

/** A form sends one checked box as a string, several as an array, and an empty field to say that none is checked. */
const slugs = z
  .union([z.string().transform((slug) => [slug]), z.array(z.string()).max(50)])
  .transform((given) => given.filter(Boolean));
/** What browsers say that do not know where they are. */
const NOWHERE = 'Etc/Unknown';

export const signUpInput = z.object({
  email: z
    .string({ error: 'Please enter your email address.' })
    .min(1, 'Please enter your email address.')
    .transform((text, check) => {
      const address = parseEmailAddress(text);
      if (address) return address;
      check.addIssue({
        code: 'custom',
        message: 'This does not look like an email address: it should be like name@example.org.',
      });
      return z.NEVER;
    }),
  newsletters: slugs.optional(),
  topics: slugs.optional(),
  /** Left empty, it is not given. */
  name: z.literal('').or(oneLine(100)).optional(),
  time_zone: z
    .string()
    .transform((name) => (name === NOWHERE ? '' : name))
    .refine((name) => name === '' || isTimeZone(name), 'is not a time zone such as Europe/London')
    .optional(),
  page_url: z
    .url({ protocol: /^https?$/, normalize: true })
    .max(2000)
    .optional()
    .catch(undefined),
});

interface Needs {
  newsletters: { form(id: number): Promise<Form | undefined>; brand(): Promise<Brand> };
  subscribers: Pick<SubscriberStore, 'recordSignUp' | 'topicSet'>;
  jobs: Jobs;
  tokens: Tokens;
  clock: Clock;
}

/**
 * Records the wish and owes a confirmation. The same steps for every address, so that nobody learns who is a reader.
 * @throws NotFound for an unknown form; Invalid for a newsletter it does not offer or an unknown topic
 */
export async function signUp(
  formId: number,
  input: z.output<typeof signUpInput>,
  proof: Pick<ConsentProof, 'ipTruncated' | 'userAgent' | 'pageUrl'>,
  { newsletters, subscribers, jobs, tokens, clock }: Needs,
): Promise<void> {
  const form = await newsletters.form(formId);
  if (!form) throw new NotFound('form');
  const newsletterIds = chosen(form, input.newsletters);
  const topicSetId = await topicSetOf(form, input.topics ?? [], subscribers);
  const subscriberId = await subscribers.recordSignUp(
    {
      email: input.email,
      emailHash: tokens.mac('suppression', addressKey(input.email)),
      timeZone: input.time_zone || (await newsletters.brand()).timeZone,
      name: form.nameField === 'optional' ? input.name || null : null,
      newsletterIds,
      topicSetId,
    },
    { method: 'form', formId, formVersion: form.version, wording: wordingOf(form), ...proof },
    clock.now(),
  );
  await jobs.wake(sendConfirmation, { subscriberId });
}

const EVERY_TOPIC = 1;

async function topicSetOf({ topics }: Form, slugs: string[], subscribers: Needs['subscribers']): Promise<number> {
  const wanted = [...new Set(slugs.filter(Boolean))];
  if (wanted.length === 0) return EVERY_TOPIC;
  // A form that offers none takes any: programs know what they ask for.
  if (topics.length > 0 && wanted.some((slug) => !topics.some((offered) => offered.slug === slug)))
    throw new Invalid([{ field: 'topics', message: 'This form does not offer that topic.' }]);
  const id = await subscribers.topicSet(wanted);
  if (id) return id;
  throw new Invalid([{ field: 'topics', message: 'There is no such topic.' }]);
}

function chosen(form: Form, wanted: string[] | undefined): number[] {
  if (!wanted) return form.newsletters.map(({ id }) => id);
  const offered = new Map(form.newsletters.map(({ slug, id }) => [slug, id]));
  const unknown = wanted.filter((slug) => !offered.has(slug));
  if (unknown.length > 0)
    throw new Invalid([{ field: 'newsletters', message: 'This form does not offer that newsletter.' }]);
  if (wanted.length === 0)
    throw new Invalid([{ field: 'newsletters', message: 'Please choose at least one newsletter.' }]);
  return [...new Set(wanted)].map((slug) => offered.get(slug) as number);
}
