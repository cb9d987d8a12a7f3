import { sql, type Transaction } from 'kysely';

// Any constant, the same in every process: it spells ARTI.
const LOCK = 0x41525449;

/**
 * Until the transaction ends nobody else writes articles. Two keys, external id and address, decide what is the same
 * article; one writer at a time makes that a plain lookup, and a batch takes milliseconds.
 */
export async function lockArticles(trx: Transaction<Record<string, never>>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx);
}
