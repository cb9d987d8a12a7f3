import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestTo, faultTown, isSent, readers } from '../support/fault-town.ts';
import type { Newsroom } from '../support/newsroom.ts';
import { assertKept } from '../support/oracle.ts';
import { seeded } from '../support/seed.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(2000);
const LEAVING = 1000;
/** Mailbox providers do not wait for each other. */
const AT_ONCE = 20;

test('1,000 one-click unsubscribes racing a running batch: nothing is accepted that was claimed after the answer', async (t) => {
  const { town, relay } = await faultTown(t);
  const chance = seeded(t);
  await relay.follows({ delayMs: 5 });
  const id = await digestTo(town, everybody);
  const leaving = await linksOf(town, id, chance.some(everybody, LEAVING));
  await workerProcess(t, town);
  await relay.accepts(50);
  const left = new Map<string, Date>();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = leaving.pop(); next; next = leaving.pop()) {
        left.set(next.email, await oneClick(town, next.url));
      }
    }),
  );
  await isSent(town, id);
  const { counts } = await assertKept(town, id, await relay.record(), {
    ...{ readers: everybody, whenUncertain: 'hold', left },
  });
  assert.equal(left.size, LEAVING);
  assert.equal(counts.accepted + counts.skipped, everybody.length);
  assert.ok(counts.skipped > 0, 'some were in time');
  assert.ok(counts.skipped < LEAVING, 'and some too late, or it was no race');
});

/** The database's time once the POST has been answered: claims are dated by the same clock. */
async function oneClick({ context }: Newsroom, url: string): Promise<Date> {
  const { status } = await fetch(url, { method: 'POST', body: new URLSearchParams('List-Unsubscribe=One-Click') });
  if (status < 200 || status > 299) throw new Error(`one-click answered ${status}`);
  const { rows } = await context.pool.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now ?? new Date();
}

/** The addresses their mails will carry, in a chance order of arrival. */
async function linksOf({ context, url }: Newsroom, editionId: number, emails: string[]) {
  const { rows } = await context.pool.query<{ id: number; email: string; newsletter: number }>(
    `select r.id, r.email, s.newsletter_id as newsletter from subscribers r
     join subscriptions s on s.subscriber_id = r.id where r.email = any ($1) order by md5(r.email)`,
    [emails],
  );
  return rows.map(({ id, email, newsletter }) => ({
    email,
    url: `${url}/unsubscribe/${context.tokens.seal('unsubscribe', [id, newsletter, editionId])}`,
  }));
}
