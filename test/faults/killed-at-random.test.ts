import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buried, editionKinds, faultTown, isSent, readers, WINDOW } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { seeded } from '../support/seed.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(900);
const KILLS = 3;
/** A message takes a few of these, so a kill may fall anywhere between two commands. */
const DELAY_MS = 12;

for (const { kind, whenUncertain, start } of editionKinds) {
  test(`workers killed at random moments: ${kind} reaches everybody or says why not`, async (t) => {
    const chance = seeded(t);
    const { town, relay } = await faultTown(t);
    await relay.follows({ delayMs: DELAY_MS });
    const id = await start(town, everybody);
    let worker = await workerProcess(t, town);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const [further, phaseMs] = [chance.between(1, 100), chance.between(0, 5 * DELAY_MS)];
      t.diagnostic(`killed ${phaseMs} ms after ${further} more acceptances`);
      await relay.accepts((await relay.look()).accepted + further);
      // The fault itself: any instant will do, and this one can be had again.
      await sleep(phaseMs);
      await worker.kill();
      const dead = worker;
      worker = await workerProcess(t, town);
      await buried(town, dead);
    }
    await isSent(town, id);
    const record = await relay.record();
    await assertKept(town, id, record, { readers: everybody, whenUncertain, repeats: KILLS * WINDOW });
  });
}
