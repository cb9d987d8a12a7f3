import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export interface StoredAnswer {
  requestHash: Buffer;
  status: number | null;
  body: unknown;
}

export interface ApiKey {
  id: number;
  name: string;
  scopes: string[];
  createdAt: Date;
  revokedAt: Date | null;
}

const keyColumns = sql`id, name, scopes, created_at as "createdAt", revoked_at as "revokedAt"`;

export type StaffStore = ReturnType<typeof createStaffStore>;

export function createStaffStore(db: Db) {
  return {
    addApiKey: async (name: string, keyHash: Buffer, scopes: string[], now: Date): Promise<number> => {
      const { rows } = await sql<{ id: number }>`insert into api_keys (name, key_hash, scopes, created_at)
        values (${name}, ${keyHash}, ${scopes}::text[], ${now}) returning id`.execute(db);
      return rows[0]?.id ?? 0;
    },

    /** Those that work first, the newest first. */
    apiKeys: async (limit: number): Promise<ApiKey[]> =>
      (
        await sql<ApiKey>`select ${keyColumns} from api_keys
          order by revoked_at is not null, id desc limit ${limit}`.execute(db)
      ).rows,

    apiKeyById: async (id: number): Promise<ApiKey | undefined> =>
      (await sql<ApiKey>`select ${keyColumns} from api_keys where id = ${id}`.execute(db)).rows[0],

    /** False when it was revoked already. */
    revokeApiKey: async (id: number, now: Date): Promise<boolean> => {
      const { rows } = await sql`update api_keys set revoked_at = ${now}
        where id = ${id} and revoked_at is null returning id`.execute(db);
      return rows.length > 0;
    },

    apiKey: async (keyHash: Buffer): Promise<Pick<ApiKey, 'id' | 'name' | 'scopes'> | undefined> =>
      (
        await sql<Pick<ApiKey, 'id' | 'name' | 'scopes'>>`
          select id, name, scopes from api_keys where key_hash = ${keyHash} and revoked_at is null`.execute(db)
      ).rows[0],

    /** True for the first request with this key, or when the first one died without an answer; false otherwise. */
    beginRequest: async (apiKeyId: number, key: string, requestHash: Buffer): Promise<boolean> => {
      const { rows } = await sql`
        insert into idempotency_keys (api_key_id, key, request_hash) values (${apiKeyId}, ${key}, ${requestHash})
        on conflict (api_key_id, key) do update set created_at = now()
          where idempotency_keys.status is null and idempotency_keys.request_hash = excluded.request_hash
            and idempotency_keys.created_at < now() - interval '1 minute'
        returning 1`.execute(db);
      return rows.length > 0;
    },

    answerOf: async (apiKeyId: number, key: string): Promise<StoredAnswer | undefined> =>
      (
        await sql<StoredAnswer>`
          select request_hash as "requestHash", status, body from idempotency_keys
          where api_key_id = ${apiKeyId} and key = ${key}`.execute(db)
      ).rows[0],

    keepAnswer: async (apiKeyId: number, key: string, status: number, body: unknown): Promise<void> => {
      await sql`update idempotency_keys set status = ${status}, body = ${JSON.stringify(body ?? null)}::jsonb
        where api_key_id = ${apiKeyId} and key = ${key}`.execute(db);
    },

    /** A request that failed may be tried again under the same key. */
    forgetRequest: async (apiKeyId: number, key: string): Promise<void> => {
      await sql`delete from idempotency_keys where api_key_id = ${apiKeyId} and key = ${key} and status is null`.execute(
        db,
      );
    },
  };
}
