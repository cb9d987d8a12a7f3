import { type Challenge, createChallenge, type Payload, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { DomainError } from '../../kernel/errors.ts';
import type { Tokens } from '../../kernel/tokens.ts';
import type { AbuseStore } from '../abuse-store.ts';

/** 256 tries on average, of 5,000 rounds each: about half a second in a browser, two on an old telephone. */
const WORK = { algorithm: 'PBKDF2/SHA-256', cost: 5000, keyPrefix: '00' };
const LIFETIME_SECONDS = 600;
const LONGEST_PAYLOAD = 4000;

/** Carries a puzzle: whoever sends its solution as `altcha` may try again. */
export class ProofWanted extends DomainError {
  constructor(challenge: Challenge) {
    super('proof-wanted', 'forbidden', 'form.proof-wanted', [], { challenge });
  }
}

export function createProofOfWork({ tokens, rules }: { tokens: Tokens; rules: Pick<AbuseStore, 'spend'> }) {
  const hmacSignatureSecret = tokens.mac('proof', 'altcha').toString('hex');

  return {
    /** Costs us one signature, so that asking for puzzles is no attack of its own. */
    async ask(formId: number): Promise<ProofWanted> {
      // The library compares with the system's clock, so this is no place for ours.
      const expiresAt = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
      const data = { form: formId };
      return new ProofWanted(await createChallenge({ ...WORK, deriveKey, hmacSignatureSecret, expiresAt, data }));
    },

    /** True once for each solution. */
    async accepts(text: unknown, formId: number): Promise<boolean> {
      const payload = read(text);
      if (!payload || payload.challenge.parameters.data?.form !== formId) return false;
      // Before the signature holds, nothing in it is to be believed, and a library may trip over it.
      const { verified } = await verifySolution({ ...payload, deriveKey, hmacSignatureSecret }).catch(() => ({
        verified: false,
      }));
      if (!verified) return false;
      const { nonce, expiresAt = 0 } = payload.challenge.parameters;
      return rules.spend(Buffer.from(nonce, 'hex'), new Date(expiresAt * 1000));
    },
  };
}

function read(text: unknown): Payload | undefined {
  if (typeof text !== 'string' || text.length > LONGEST_PAYLOAD) return undefined;
  try {
    const payload = JSON.parse(Buffer.from(text, 'base64').toString()) as Payload;
    return payload.challenge.parameters && payload.solution ? payload : undefined;
  } catch {
    return undefined;
  }
}
