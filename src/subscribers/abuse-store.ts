import { sql } from 'kysely';
import { keepBriefly } from '../kernel/keep-briefly.ts';
import type { Db } from '../platform/db/pool.ts';

export interface SignUpRules {
  /** What becomes of addresses at domains that hand out throw-away ones. */
  disposable: 'refuse' | 'flag' | 'allow';
  /** Whether domains that take no mail are refused. */
  asksDns: boolean;
  /** Whether all spellings of a Gmail address are one reader. */
  oneGmail: boolean;
}

export type AbuseStore = ReturnType<typeof createAbuseStore>;

/** What another process has changed holds after this time at the latest. */
const KEPT_MS = 1000;

export function createAbuseStore(db: Db) {
  const now = keepBriefly(KEPT_MS, async (): Promise<SignUpRules> => {
    const { rows } = await sql<SignUpRules>`
      select disposable, asks_dns as "asksDns", one_gmail as "oneGmail" from sign_up_rules`.execute(db);
    if (!rows[0]) throw new Error('the row of sign_up_rules is missing: was the database migrated?');
    return rows[0];
  });

  return {
    /** Every sign-up asks, so the answer serves for a moment. */
    kept: () => now.of(undefined),

    changeRules: async ({ disposable, asksDns, oneGmail }: SignUpRules): Promise<void> => {
      await sql`update sign_up_rules set disposable = ${disposable}, asks_dns = ${asksDns}, one_gmail = ${oneGmail}`.execute(
        db,
      );
      now.forget();
    },

    /** True for the first who comes with it. What has expired is refused for that, and forgotten here. */
    spend: async (nonce: Buffer, expiresAt: Date): Promise<boolean> => {
      const { rows } = await sql`
        with gone as (delete from spent_proofs where expires_at < now() - interval '1 minute')
        insert into spent_proofs (nonce, expires_at) values (${nonce}, ${expiresAt})
        on conflict do nothing returning nonce`.execute(db);
      return rows.length > 0;
    },
  };
}
