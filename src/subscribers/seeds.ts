import type { Clock } from '../kernel/clock.ts';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { Invalid } from '../kernel/errors.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { ImportStore } from './import-store.ts';

interface Needs {
  newsletters: { brand(): Promise<Brand> };
  imports: ImportStore;
  tokens: Tokens;
  clock: Clock;
}

const MOST = 50;

/**
 * The newsroom's own inboxes, which get an alert before anybody else: they become readers like all others.
 * @throws Invalid that names the addresses at fault
 */
export async function chooseSeeds(
  newsletter: Newsletter,
  lines: string[],
  { newsletters, imports, tokens, clock }: Needs,
): Promise<void> {
  const wrong = lines.filter((line) => !parseEmailAddress(line));
  if (wrong.length > 0) throw new Invalid([{ field: 'seeds', message: `not an email address: ${wrong.join(', ')}` }]);
  if (lines.length > MOST) throw new Invalid([{ field: 'seeds', message: `at most ${MOST} are enough` }]);
  const { timeZone } = await newsletters.brand();
  const rows = new Map(
    lines.flatMap((line) => {
      const email = parseEmailAddress(line);
      if (!email) return [];
      const emailKey = addressKey(email);
      return [
        [
          emailKey,
          {
            email,
            emailKey,
            emailHash: tokens.mac('suppression', emailKey),
            timeZone,
            language: null,
            nextDueAt: null,
          },
        ],
      ];
    }),
  );
  await imports.importBatch(newsletter.id, [...rows.values()], 'an inbox of the newsroom’s own', clock.now());
  await imports.markSeeds(newsletter.id, [...rows.keys()]);
}
