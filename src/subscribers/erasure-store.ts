import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

/** A reply's codes stay, as they say nothing of anybody; its words may name the address. */
const codesOf = (column: 'relay_reply' | 'detail') =>
  sql`substring(${sql.ref(column)} from '^[245]\\d\\d(?: [245]\\.\\d{1,3}\\.\\d{1,3})?')`;

/**
 * Removes the reader and every consent; their deliveries keep a number that means nobody, and no word in which the
 * address may stand. A suppression stays as a keyed hash.
 */
export const createErasure =
  (db: Db) =>
  (id: number): Promise<boolean> =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ email: string; hash: Buffer }>`
        select email, email_hash as hash from subscribers where id = ${id} for update`.execute(trx);
      const [reader] = rows;
      if (!reader) return false;
      // The ledger has no index by reader: both parts of its key are given, as the editions of the reader's newsletters.
      await sql`update deliveries set relay_reply = ${codesOf('relay_reply')}
        where subscriber_id = ${id} and relay_reply is not null and edition_id = any (array(
          select e.id from subscriptions s join editions e on e.newsletter_id = s.newsletter_id
          where s.subscriber_id = ${id}))`.execute(trx);
      await sql`update delivery_attempts set relay_reply = ${codesOf('relay_reply')}
        where subscriber_id = ${id} and relay_reply is not null and edition_id = any (array(
          select e.id from subscriptions s join editions e on e.newsletter_id = s.newsletter_id
          where s.subscriber_id = ${id}))`.execute(trx);
      await sql`update feedback_events set detail = ${codesOf('detail')}
        where subscriber_id = ${id} and detail is not null`.execute(trx);
      // Why an edition was paused is the answer to whoever came last, in the relay's own words.
      await sql`update editions set problem = split_part(problem, ' The relay said:', 1)
        where problem is not null and position(lower(${reader.email}) in lower(problem)) > 0`.execute(trx);
      await sql`update suppressions set reason = 'the reader has been erased'
        where email_hash = ${reader.hash} and position(lower(${reader.email}) in lower(reason)) > 0`.execute(trx);
      await sql`delete from subscribers where id = ${id}`.execute(trx);
      return true;
    });
