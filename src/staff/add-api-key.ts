import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { Invalid } from '../kernel/errors.ts';
import { scopes as known } from '../platform/http/scopes.ts';
import type { StaffStore } from './store.ts';

/** Keys are random and long, so one fast hash is enough. */
export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/**
 * Makes a key and returns it; only its hash is kept, so this is the one time it can be read.
 * @throws Invalid for an unknown scope
 */
export async function addApiKey(
  { name, scopes }: { name: string; scopes: string[] },
  { staff, clock }: { staff: StaffStore; clock: Clock },
): Promise<string> {
  const unknown = scopes.filter((scope) => !known.includes(scope));
  if (unknown.length > 0 || scopes.length === 0) {
    throw new Invalid([
      { field: 'scopes', message: `unknown: ${unknown.join(', ') || 'none given'}; known are ${known.join(', ')}` },
    ]);
  }
  const key = `daybreak_${randomBytes(32).toString('base64url')}`;
  await staff.addApiKey(name, hashKey(key), scopes, clock.now());
  return key;
}
