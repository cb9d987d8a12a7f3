import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { webUrl } from './article.ts';
import { canonicalUrl } from './canonical-url.ts';
import type { Dropped } from './feeds/feed-item.ts';
import { cleanLine } from './text/clean.ts';
import { truncate } from './text/truncate.ts';

/** An item of a source that could not become an article. */
export interface Quarantined {
  headline: string | null;
  url: string | null;
  /** In words for an editor. */
  reason: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  /** Polls it was met in. */
  times: number;
}

/** A feed of nothing but poison is one trouble, not thousands. */
const MOST = 100;
const KEEP_DAYS = 30;

export type QuarantineStore = ReturnType<typeof createQuarantineStore>;

/** Items of sources that are no good, for an editor to see. */
export function createQuarantineStore(db: Db) {
  return {
    /**
     * What a poll could not use, also when that is nothing: what reads well by now, or was not met for a month, is
     * forgotten.
     */
    keep: async (sourceId: number, dropped: Dropped[], now: Date): Promise<void> => {
      const rows = dropped.slice(0, MOST).map(rowOf);
      await sql`
        with given as (
          select distinct on (key) i.*, md5(coalesce('id ' || i.external_id, 'url ' || i.url, 'headline ' || i.headline, i.reason)) as key
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as i (n int, external_id text, url text, canonical_url text, headline text, reason text)
          order by key, n
        ), forgotten as (
          delete from quarantine q
          where not exists (select from given g where q.source_id = ${sourceId} and g.key = q.key)
            and (q.last_seen_at < ${now}::timestamptz - make_interval(days => ${KEEP_DAYS})
              or q.source_id = ${sourceId} and (
                exists (select from articles a where coalesce(a.source_id, 0) = ${sourceId} and a.external_id = q.external_id)
                or exists (select from articles a where a.canonical_url = q.canonical_url)))
        )
        insert into quarantine as q (source_id, key, external_id, url, canonical_url, headline, reason, first_seen_at, last_seen_at)
        select ${sourceId}, key, external_id, url, canonical_url, headline, reason, ${now}, ${now} from given
        on conflict (source_id, key) do update set url = excluded.url, canonical_url = excluded.canonical_url,
          headline = excluded.headline, reason = excluded.reason, last_seen_at = excluded.last_seen_at, times = q.times + 1`.execute(
        db,
      );
      if (rows.length === 0) return;
      await sql`
        delete from quarantine q using (
          select key, row_number() over (order by last_seen_at desc, first_seen_at desc, key) as place
          from quarantine where source_id = ${sourceId}) old
        where q.source_id = ${sourceId} and q.key = old.key and old.place > ${MOST}`.execute(db);
    },

    /** Last met first. */
    ofSource: async (sourceId: number): Promise<Quarantined[]> =>
      (
        await sql<Quarantined>`
          select headline, url, reason, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", times
          from quarantine where source_id = ${sourceId}
          order by last_seen_at desc, first_seen_at desc, key limit ${MOST}`.execute(db)
      ).rows,
  };
}

const ID_LIMIT = 500;

/** Nothing it says of itself is believed: its address is one that can be followed, or none. */
function rowOf({ id, url, headline, reason }: Dropped, n: number) {
  const address = webUrl.safeParse(url).data;
  return {
    n,
    external_id: id && cleanLine(id).slice(0, ID_LIMIT).toWellFormed(),
    url: address,
    canonical_url: address && canonicalUrl(address),
    headline: headline && truncate(cleanLine(headline)),
    reason: truncate(cleanLine(reason)),
  };
}
