import type { Tokens } from '../../kernel/tokens.ts';

/** Nobody types an address faster; a browser that fills it in needs about as long. */
const YOUNG_MS = 2000;
/** A page left open over night still works; one that somebody copied once and for all does not. */
const STALE_MS = 86_400_000;

export type Age = 'fine' | 'missing' | 'forged' | 'young' | 'stale';

/** Says when a form was handed out. */
export const formToken = (formId: number, now: Date, tokens: Tokens): string =>
  tokens.seal('form', [formId, now.getTime()]);

/** A token alone refuses nobody: programs send none, and clocks of caches are their own. It is a reason to look closer. */
export function ageOf(token: unknown, formId: number, now: Date, tokens: Tokens): Age {
  if (token === undefined || token === '') return 'missing';
  const [form, issued = Number.NaN] = opened(token, now, tokens);
  const age = now.getTime() - issued;
  if (form !== formId || !(age >= 0)) return 'forged';
  if (age < YOUNG_MS) return 'young';
  return age > STALE_MS ? 'stale' : 'fine';
}

function opened(token: unknown, now: Date, tokens: Tokens): number[] {
  try {
    return tokens.open('form', typeof token === 'string' ? token : '', now);
  } catch {
    return [];
  }
}
