import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';

export interface Hold {
  host: string;
  holder: string;
}

/** Which hosts are being asked at this moment, by any worker. */
export function createHostStore(db: Db) {
  return {
    /** Undefined while somebody else holds it. A hold ends by itself after `seconds`: its worker may have died. */
    take: async (host: string, seconds: number): Promise<Hold | undefined> => {
      const holder = randomUUID();
      const until = sql`clock_timestamp() + make_interval(secs => ${seconds})`;
      const { rows } = await sql`
        insert into source_hosts as h (host, holder, held_until) values (${host}, ${holder}, ${until})
        on conflict (host) do update set holder = excluded.holder, held_until = excluded.held_until
          where h.held_until < clock_timestamp()
        returning host`.execute(db);
      return rows.length > 0 ? { host, holder } : undefined;
    },

    letGo: async ({ host, holder }: Hold): Promise<void> => {
      await sql`delete from source_hosts where host = ${host} and holder = ${holder}`.execute(db);
    },
  };
}
