import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { createLedger } from '../../src/deliveries/store.ts';
import { readTrace } from '../../src/feedback/read-trace.ts';
import { createTraceStore } from '../../src/feedback/trace-store.ts';
import type { EmailAddress } from '../../src/kernel/email-address.ts';
import { createLog } from '../../src/kernel/log.ts';
import type { Newsletter } from '../../src/newsletters/newsletter.ts';
import { createNewsletterStore } from '../../src/newsletters/store.ts';
import { createDb, createPool } from '../../src/platform/db/pool.ts';
import { createReaderStore } from '../../src/subscribers/reader-store.ts';
import { reschedule } from '../../src/subscribers/reschedule.ts';
import { createSignUpStore, type SignUpRow } from '../../src/subscribers/sign-up-store.ts';
import { createSubscriberStore } from '../../src/subscribers/store.ts';
import { createSuppressionStore } from '../../src/subscribers/suppression-store.ts';
import { cleanUp } from '../support/clean-up.ts';
import { freshDatabase } from '../support/database.ts';

const READERS = 200_000;
const EDITIONS = 4000;
const MIDDLE = 100_000;
const FEW = 4000;
/** More than are moved in one commit. */
const SEVERAL = 12_000;
const EMAIL = `r${FEW}@example.org`;

const signUp: SignUpRow = {
  ...{ email: EMAIL as EmailAddress, emailKey: EMAIL, emailHash: Buffer.alloc(32), timeZone: 'Europe/London' },
  ...{ name: 'Ann', newsletterIds: [1, 2], topicSetId: 1, flags: [], at: new Date() },
  proof: { method: 'form', formId: 1, formVersion: 1, wording: 'Sign up' },
};

test('however many readers and editions there are, a question about one reads some hundred rows', async (t) => {
  const url = await freshDatabase(t);
  // One connection, so that what it has read can be flushed and seen.
  const pool = createPool(url, createLog('silent'), 1);
  const db = createDb(pool);
  cleanUp(t, () => db.destroy());
  await pool.query(filling);
  const [readers, traces, suppressions] = [createReaderStore(db), createTraceStore(db), createSuppressionStore(db)];
  const ask = (before: number | null, editionId: number | null = null) =>
    readTrace(MIDDLE, { before, editionId }, { traces });

  const questions: Record<string, { most: number; rows: () => Promise<unknown[]>; answers: number }> = {
    'the newest readers': { most: 300, answers: 50, rows: () => readers.newest(null, 50) },
    'readers a page on': { most: 300, answers: 50, rows: () => readers.newest(MIDDLE, 50) },
    'those who begin with r1': { most: 300, answers: 50, rows: () => readers.startingWith('r1', '', 50) },
    'a page on': { most: 300, answers: 50, rows: () => readers.startingWith('r1', 'r15@example.org', 50) },
    'nobody begins so': { most: 10, answers: 0, rows: () => readers.startingWith('s', '', 50) },
    'suppressions a page on': { most: 100, answers: 50, rows: () => suppressions.list(MIDDLE, 50) },
    'a trace': { most: 500, answers: 30, rows: async () => (await ask(null)).editions },
    'its older part': { most: 500, answers: 30, rows: async () => (await ask(2000)).editions },
    'one edition': { most: 600, answers: 1, rows: async () => [(await ask(null, 1900)).sought] },
  };
  for (const [what, { most, rows, answers }] of Object.entries(questions)) {
    const before = await rowsRead(pool);
    const got = await rows();
    const read = (await rowsRead(pool)) - before;
    assert.equal(got.length, answers, what);
    assert.ok(read <= most, `${what}: read ${read} rows`);
  }
  const [newest, second] = (await ask(null)).editions;
  assert.deepEqual([newest?.row?.state, newest?.attempts.length, second?.row], ['accepted', 2, undefined]);

  await createLedger(db).keepUp(new Date());
  const { rows } = await pool.query('select count(*)::int as kept from delivery_attempts');
  assert.deepEqual(rows, [{ kept: 2 }], 'attempts of more than 90 days ago are forgotten');
});

test('a sign-up with an address that is known reads its own rows, also where all of them are a small table', async (t) => {
  const url = await freshDatabase(t);
  const pool = createPool(url, createLog('silent'), 1);
  cleanUp(t, () => pool.end());
  await pool.query(fewReaders);
  const signUps = createSignUpStore(pool);
  const before = await rowsRead(pool);
  assert.equal((await signUps.recordSignUps([signUp])).length, 1);
  const read = (await rowsRead(pool)) - before;
  assert.ok(read <= 50, `read ${read} rows`);
});

test('a newsletter’s hour is moved without reading everybody once for each zone, rhythm and pause', async (t) => {
  const url = await freshDatabase(t);
  const pool = createPool(url, createLog('silent'), 1);
  const db = createDb(pool);
  cleanUp(t, () => db.destroy());
  await pool.query(`${subscribed(SEVERAL)}; ${inTheirOwnWay}`);
  const now = new Date('2026-11-20T12:00:00Z');
  const daily = (await createNewsletterStore(db).bySlug('daily')) as Newsletter;
  const before = await rowsRead(pool);
  const needs = { subscribers: createSubscriberStore(db), clock: { now: () => now } };
  await reschedule({ ...daily, sendAt: '08:15' }, needs);
  const read = (await rowsRead(pool)) - before;
  assert.ok(read <= 12 * SEVERAL, `read ${read} rows`);

  const { rows } = await pool.query(
    `select count(*)::int as subscriptions, count(distinct (r.time_zone, s.rhythm_id, s.served_on, r.paused_until))::int as ways
     from subscriptions s join subscribers r on r.id = s.subscriber_id join rhythms h on h.id = s.rhythm_id
     where (s.next_due_at at time zone r.time_zone)::time = coalesce(h.send_at, '08:15')
       and s.next_due_at >= greatest($1, coalesce(r.paused_until, $1))
       and coalesce((s.next_due_at at time zone r.time_zone)::date > s.served_on, true)`,
    [now],
  );
  assert.deepEqual(rows, [{ subscriptions: SEVERAL, ways: 60 }]);
});

/** Rows of any table read since the last look, by whatever way. */
async function rowsRead(pool: pg.Pool): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ read: string }>(
    'select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as read from pg_stat_user_tables',
  );
  return Number(rows[0]?.read ?? 0);
}

const subscribed = (readers: number): string => `
  insert into subscribers (email, email_key, email_hash, time_zone, created_at)
    select k, k, decode(md5(n::text), 'hex'), 'Europe/London', now()
    from (select n, 'r' || n || '@example.org' as k from generate_series(1, ${readers}) n) x;
  insert into subscriptions (subscriber_id, newsletter_id, state, created_at, activated_at)
    select id, 1, 'active', now(), now() from subscribers`;

const inTheirOwnWay = `
  insert into rhythms (frequency, weekday, send_at) values ('daily', null, '18:30'), ('weekdays', null, '06:00'),
    ('weekly', 5, null), ('weekly', 1, '09:30');
  update subscribers set time_zone = (array['Europe/London', 'Asia/Tokyo', 'America/New_York'])[1 + id % 3],
    paused_at = case when id % 2 = 0 then timestamptz '2026-11-19' end,
    paused_until = case when id % 2 = 0 then timestamptz '2026-12-01' end;
  update subscriptions set rhythm_id = ((select array_agg(id order by id) from rhythms))[1 + id / 12 % 5],
    served_on = case when id / 6 % 2 = 0 then date '2026-11-21' end;
  analyze`;

const fewReaders = `${subscribed(FEW)}; analyze`;

const filling = `
  ${subscribed(READERS)};
  insert into consent_events (subscriber_id, newsletter_id, kind, method, at)
    select id, 1, 'imported', 'import', now() from subscribers;
  insert into feedback_events (kind, subscriber_id, at) select 'bounce', id, now() from subscribers;
  insert into suppressions (email_hash, reason, at) select decode(md5(-id || ''), 'hex'), 'dead', now() from subscribers;
  insert into editions (newsletter_id, kind, status, as_of, created_at, planned_at)
    select case when n % 50 = 0 then 1 else 2 end, 'digest', 'sent', now(), now(), now() from generate_series(1, ${EDITIONS}) n;
  select ensure_delivery_partitions(${EDITIONS} + 1);
  insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state, attempts)
    select ${EDITIONS}, subscriber_id, id, 1, id / 250, 'accepted', 3 from subscriptions;
  insert into delivery_attempts (edition_id, subscriber_id, attempt, at, state)
    select ${EDITIONS}, ${MIDDLE}, n, now(), 'deferred' from generate_series(1, 2) n
    union all select 1, n, 1, now() - interval '91 days', 'deferred' from generate_series(1, ${READERS}) n;
  analyze`;
