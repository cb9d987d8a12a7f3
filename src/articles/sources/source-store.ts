import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { Kind, NewSource, Source } from './source.ts';
import { sourceColumns } from './source-columns-store.ts';

/** Of one host, in one round: with `SPACING_SECONDS` between them they are through before the next. */
const ROUND_OF_HOST = 5;
/** So slow a source keeps a worker's place for long; of these only a few are asked in one round. */
const SLOW_MS = 5000;
const ROUND_OF_SLOW = 2;
const LOOKED_AT = 1000;
/** Nothing waits so long: it was planned by a clock that has been put back since. */
const TOO_FAR = sql`interval '2 days'`;

export interface Due {
  id: number;
  /** The how many-eth of its host in this round, from 0. */
  place: number;
}

export type SourceStore = ReturnType<typeof createSourceStore>;

/** The sources, and which of them are due. */
export function createSourceStore(db: Db) {
  const all = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows;
  const one = async <T>(query: RawBuilder<T>) => (await all(query))[0];

  return {
    /** A source already known is switched on and polled again at once; `created` tells which it was. */
    add: async ({ url, kind, name, poll_seconds }: NewSource & { kind: Kind }, now: Date) => {
      const source = await one(sql<{ id: number; url: string; kind: Kind; created: boolean }>`
        insert into sources as s (url, kind, name, poll_seconds, next_poll_at, created_at)
        values (${url}, ${kind}, ${name ?? null}, ${poll_seconds ?? 300}, ${now}, ${now})
        on conflict (url) do update set active = true, gone_at = null, next_poll_at = excluded.next_poll_at, kind = excluded.kind,
          name = coalesce(excluded.name, s.name), poll_seconds = coalesce(${poll_seconds ?? null}::int, s.poll_seconds)
        returning s.id, s.url, s.kind, s.xmax = 0 as created`);
      if (!source) throw new Error('an upsert answered for no source');
      return source;
    },

    source: (id: number) => one(sql<Source>`select ${sourceColumns} from sources s where s.id = ${id}`),

    sources: ({ after, limit }: { after: number; limit: number }) =>
      all(sql<Source>`select ${sourceColumns} from sources s where s.id > ${after} order by s.id limit ${limit}`),

    /**
     * Claims what is due by moving it on: two callers at once share the sources between them. Of one host, and of the
     * slow ones, only so many at a time; the others stay due.
     */
    due: (now: Date, limit: number) =>
      all(sql<Due>`
        with locked as (
          select id, host, next_poll_at, coalesce(last_ms, 0) > ${SLOW_MS} as slow from sources
          where active and (next_poll_at <= ${now} or next_poll_at > ${now}::timestamptz + ${TOO_FAR}) order by next_poll_at limit ${LOOKED_AT} for update skip locked
        ), ranked as (
          select *, row_number() over (partition by host order by next_poll_at, id) - 1 as place,
            row_number() over (partition by slow order by next_poll_at, id) as slow_place from locked
        ), chosen as (
          select id, place from ranked where place < ${ROUND_OF_HOST} and (not slow or slow_place <= ${ROUND_OF_SLOW})
          order by next_poll_at, id limit ${limit}
        )
        update sources s set next_poll_at = ${now}::timestamptz + make_interval(secs => s.poll_seconds)
        from chosen where s.id = chosen.id returning s.id, chosen.place::int`),

    /** Due again in so many seconds, as if nothing had happened. */
    putOff: async (id: number, seconds: number, now: Date): Promise<void> => {
      await sql`update sources set next_poll_at = ${now}::timestamptz + make_interval(secs => ${seconds})
        where id = ${id} and active`.execute(db);
    },
  };
}
