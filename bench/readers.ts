import type pg from 'pg';

export interface Audience {
  daily: number;
  breaking?: number;
  /** When the readers of `daily` are due; else tomorrow, so that no scheduler opens an edition meanwhile. */
  slot?: Date;
}

/** Readers of the newsletter `warm-up`, who are nobody else's. */
export const WARM_UP = 500;

// What a fresh database holds, and what the run has made once.
const KEPT = [
  ...['migrations', 'brand', 'newsletters', 'topics', 'topic_sets', 'forms', 'form_newsletters', 'sources'],
  ...['api_keys', 'idempotency_keys', 'sign_up_rules', 'rhythms', 'form_versions', 'form_topics'],
];
const DAY_MS = 24 * 3_600_000;

/** An empty ledger, exactly these readers, and no work left over for the disk: every row starts from the same. */
export async function seedReaders(pool: pg.Pool, { daily, breaking = 0, slot }: Audience): Promise<void> {
  const dueAt = slot ?? new Date(Date.now() + DAY_MS);
  await empty(pool);
  await pool.query(
    `insert into subscribers (email, email_key, email_hash, time_zone, created_at)
    select email, email, decode(md5(email), 'hex'), (array['Europe/London', 'Europe/Dublin', 'Europe/Lisbon'])[1 + n % 3],
      now() - interval '30 days'
    from (select n, format('reader%s@bench.example', n) as email from generate_series(1, $1::int) n) g`,
    [Math.max(daily, breaking) + WARM_UP],
  );
  await subscribe(pool, 'daily', { to: daily, dueAt });
  await subscribe(pool, 'breaking', { to: breaking, dueAt: null });
  await subscribe(pool, 'warm-up', { from: Math.max(daily, breaking), dueAt });
  await pool.query('vacuum analyze');
  await pool.query('checkpoint');
}

/** Whatever tables there are now; ids of editions go on, since the queue may still know the old ones. */
async function empty(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query(
    `select quote_ident(relname) as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> all ($1)`,
    [KEPT],
  );
  const names = (rows as { name: string }[]).map(({ name }) => name);
  // What nobody may empty in a newsroom, a measurement may.
  await pool.query('alter table consent_events disable trigger user');
  await pool.query(`truncate ${names.join(', ')}`);
  await pool.query('truncate subscribers, subscriptions restart identity cascade');
  await pool.query('alter table consent_events enable trigger user');
}

async function subscribe(
  pool: pg.Pool,
  newsletter: string,
  { from = 0, to, dueAt }: { from?: number; to?: number; dueAt: Date | null },
): Promise<void> {
  await pool.query(
    `insert into subscriptions (subscriber_id, newsletter_id, state, created_at, activated_at, next_due_at)
    select r.id, n.id, 'active', r.created_at, r.created_at, $1 from subscribers r, newsletters n
    where n.slug = $2 and r.id > $3 and r.id <= $4 order by r.id`,
    [dueAt, newsletter, from, to ?? Number.MAX_SAFE_INTEGER],
  );
}
