import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDigest } from '../../src/editions/plan-page.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';

const early = { headline: 'Fire at Quay Street flats', standfirst: 'Crews were called to Quay Street before dawn.' };
const later = {
  headline: 'Two hurt in fire at Quay Street flats',
  standfirst: 'Crews were called to Quay Street at dawn.',
  url: 'https://wire.example/quay-street',
};

const textOf = (town: Newsroom, email: string): string =>
  town
    .reader(email)
    .inbox.map((mail) => mail.parsed.text)
    .join();

/** A digest whose first page, of one reader, is planned and whose second is not: a fan-out between two of its turns. */
async function halfPlanned(town: Newsroom): Promise<number> {
  const { editions, newsletters, plans, clock } = town.context;
  const daily = await newsletters.bySlug('daily');
  const id = await editions.openByHand(daily?.id ?? 0, null, clock.now());
  const planned = await plans.transact(async (plan) => {
    const edition = await plan.hold(id);
    return edition && (await planDigest({ edition, plan, limit: 1 }, town.context));
  });
  assert.equal(planned?.complete, false);
  return id;
}

test('what is withdrawn between two pages of a fan-out is in nobody’s mail, and its story is told by what still stands', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org', 'bob@example.org']);
  await town.publishes(early);
  town.clock.advance(60);
  const fire = await town.publishes(later);
  await town.publishes({ headline: 'Library lends seeds' });
  const id = await halfPlanned(town);
  await town.api('DELETE', `/articles/${fire}`);
  await town.sweeps();
  await town.reaches(id, { audience: 2, accepted: 2 });
  for (const email of ['ann@example.org', 'bob@example.org']) {
    assert.doesNotMatch(textOf(town, email), /Two hurt/, email);
    assert.match(textOf(town, email), /Library lends seeds/, email);
  }
  assert.match(textOf(town, 'bob@example.org'), /Fire at Quay Street flats/);
});

test('when all of a digest is withdrawn between two of its pages nobody gets a mail, and everybody is accounted for', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org', 'bob@example.org']);
  const fire = await town.publishes(later);
  const id = await halfPlanned(town);
  await town.api('DELETE', `/articles/${fire}`);
  await town.sweeps();
  await town.reaches(id, { audience: 2, skipped: 2 });
  await town.settles();
  const { body } = await town.api('GET', `/editions/${id}/deliveries`);
  const reasons = (body.items as { reason: string }[]).map(({ reason }) => reason).toSorted();
  assert.deepEqual(reasons, ['nothing new', 'withdrawn']);
  assert.equal((await town.edition(id)).status, 'sent');
});
