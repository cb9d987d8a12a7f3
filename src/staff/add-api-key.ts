import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { oneLine } from '../kernel/one-line.ts';
import { scopes as known } from '../platform/http/scopes.ts';
import type { StaffStore } from './store.ts';

/** Keys are random and long, so one fast hash is enough. */
export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

export const keyInput = z.object({
  name: oneLine(100),
  scopes: z
    .array(z.string())
    .min(1, 'must name at least one, such as articles:read')
    .overwrite((scopes) => [...new Set(scopes)])
    .refine((scopes) => unknownOf(scopes).length === 0, {
      error: ({ input }) => `unknown: ${unknownOf(input as string[]).join(', ')}; known are ${known.join(', ')}`,
    }),
});

const unknownOf = (scopes: string[]): string[] => scopes.filter((scope) => !known.includes(scope));

/** Makes a key and returns it; only its hash is kept, so this is the one time it can be read. */
export async function addApiKey(
  { name, scopes }: z.output<typeof keyInput>,
  { staff, clock }: { staff: Pick<StaffStore, 'addApiKey'>; clock: Clock },
): Promise<{ id: number; key: string }> {
  const key = `daybreak_${randomBytes(32).toString('base64url')}`;
  return { id: await staff.addApiKey(name, hashKey(key), scopes, clock.now()), key };
}
