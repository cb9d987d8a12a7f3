import type { Clock } from '../../kernel/clock.ts';
import { addressKey, type EmailAddress } from '../../kernel/email-address.ts';
import { Invalid, type Values } from '../../kernel/errors.ts';
import type { Tokens } from '../../kernel/tokens.ts';
import type { Form } from '../../newsletters/form.ts';
import type { SignUpRules } from '../abuse-store.ts';
import { didYouMean } from './did-you-mean.ts';
import { isDisposable } from './disposable.ts';
import { ageOf, formToken } from './form-token.ts';
import { fellIn } from './honeypot.ts';
import { mailboxKey } from './one-mailbox.ts';
import { createProofOfWork } from './proof-of-work.ts';
import { isRole } from './role-address.ts';
import { createSuspicion } from './suspicion.ts';
import { createMailQuestion } from './takes-mail.ts';

type Needs = Parameters<typeof createProofOfWork>[0] & {
  rules: { kept(): Promise<SignUpRules> };
  lookups: Parameters<typeof createMailQuestion>[0];
  tokens: Tokens;
  clock: Clock;
};

interface Asked {
  email: EmailAddress;
  token?: unknown;
  website_address?: unknown;
  altcha?: unknown;
  sure?: unknown;
}

export interface Passed {
  /** One mailbox is one reader under it. */
  emailKey: string;
  flags: string[];
}

const counted = ['honeypot', 'proof-wanted', 'suggestion', 'disposable', 'no-mail'] as const;

export type Screen = ReturnType<typeof createScreen>;

/**
 * What a sign-up must pass before anything is stored. Nothing here looks at whether the address is known: rules speak of
 * the network it comes from, of the form, and of the domain.
 */
export function createScreen({ rules, lookups, tokens, clock }: Needs) {
  const isSuspicious = createSuspicion();
  const proofs = createProofOfWork({ tokens, rules });
  const takesMail = createMailQuestion(lookups);
  const refused = new Map<string, number>(counted.map((rule) => [rule, 0]));
  const count = (rule: (typeof counted)[number]) => refused.set(rule, (refused.get(rule) ?? 0) + 1);
  const refuse = (rule: (typeof counted)[number], message: string, values: Values, members = {}): never => {
    count(rule);
    throw new Invalid([{ field: 'email', message, values }], members);
  };

  return {
    /** How many sign-ups each rule has stopped in this process. */
    refused: refused as ReadonlyMap<string, number>,

    token: (formId: number): string => formToken(formId, clock.now(), tokens),

    /**
     * @returns null for what a program filled in: it is answered like everybody, and nothing is stored
     * @throws Invalid with what is wrong with the address; ProofWanted
     */
    async judge(form: Form, asked: Asked, network: string | undefined): Promise<Passed | null> {
      if (fellIn(asked)) {
        count('honeypot');
        return null;
      }
      const { disposable, asksDns, oneGmail } = await rules.kept();
      const { email } = asked;
      const at = email.lastIndexOf('@');
      const [local, domain] = [email.slice(0, at), email.slice(at + 1)];

      const age = ageOf(asked.token, form.id, clock.now(), tokens);
      const suspicious = isSuspicious(network, age);
      const better = age !== 'missing' && asked.sure !== email ? didYouMean(domain) : undefined;
      if (better) {
        const suggestion = `${local}@${better}`;
        refuse('suggestion', 'form.mean', { address: suggestion }, { suggestion });
      }
      const thrownAway = disposable !== 'allow' && isDisposable(domain);
      if (thrownAway && disposable === 'refuse') refuse('disposable', 'form.thrown-away', { domain });

      const wanted = form.proofOfWork === 'always' || (suspicious && form.proofOfWork === 'suspicion');
      if (wanted && !(await proofs.accepts(asked.altcha, form.id))) {
        count('proof-wanted');
        throw await proofs.ask(form.id);
      }
      if (asksDns && !(await takesMail(domain))) refuse('no-mail', 'form.no-mail', { domain });

      return {
        emailKey: oneGmail ? mailboxKey(email) : addressKey(email),
        flags: [...(thrownAway ? ['disposable'] : []), ...(isRole(local) ? ['role'] : [])],
      };
    },
  };
}
