import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../../kernel/log.ts';

/** Statements are written as `sql` templates in each feature's store, so no table types are kept here. */
export type Db = Kysely<Record<string, never>>;

// Ids are bigint in the schema and stay far below 2^53; as numbers they travel as JSON and in job payloads.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const INT8_ARRAY = 1016 as typeof pg.types.builtins.INT8;
pg.types.setTypeParser(INT8_ARRAY, parseIds);

/** `{1,2,3}` */
function parseIds(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(Number);
}

export function createPool(connectionString: string, log: Log, max = 20, options = ''): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, connectionTimeoutMillis: 10_000, ...(options && { options }) });
  // An idle client losing its server is news for the log; the next query opens another.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  // Between two statements of a transaction nobody listens; the next statement fails, which is where it is handled.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * For the statements of the sending loop. They reach every row by a key, and a plan is made once; a plan made while a
 * new edition has no statistics yet would read the whole ledger each time.
 */
export const createKeyedPool = (connectionString: string, log: Log, max: number): pg.Pool =>
  createPool(
    connectionString,
    log,
    max,
    [
      'plan_cache_mode=force_generic_plan',
      ...['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin', 'material'].map((way) => `enable_${way}=off`),
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
  );

export const createDb = (pool: pg.Pool): Db => new Kysely({ dialect: new PostgresDialect({ pool }) });
