import { acceptedOf, untilAccepted, untilSent } from './edition-watch.ts';
import { warmUp } from './measure-daybreak.ts';
import type { Measured } from './measured.ts';
import { openNewsroom } from './newsroom.ts';
import { peakMegabytes } from './proc.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** An alert posted in the middle of a digest. What is left of the digest once the alert is out is not waited for. */
export async function measureAlert(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { pool } = stage.database;
  const { readers = 0, after = 0 } = scenario.alert ?? {};
  const newsroom = await openNewsroom(scenario, { daily: scenario.readers, breaking: readers }, stage);
  try {
    await warmUp(newsroom, stage);
    const digest = await newsroom.digest('daily');
    await untilAccepted(digest, Math.ceil(scenario.readers * after), { pool, newsroom });
    const posted = Date.now();
    const alert = await newsroom.alert();
    await untilSent(alert, { pool, newsroom });
    const { accepted: count, first, last } = await acceptedOf(alert, pool);
    if (count !== readers) throw new Error(`${count} of ${readers} had the alert`);
    if ((await acceptedOf(digest, pool)).accepted === scenario.readers) throw new Error('the digest was over first');
    const seconds = (last - posted) / 1000;
    return {
      count,
      seconds,
      perSecond: count / seconds,
      cpu: {},
      peakMegabytes: Math.max(...newsroom.workers.map(({ pid }) => peakMegabytes(pid))),
      alert: { readers, firstSeconds: (first - posted) / 1000, lastSeconds: seconds },
    };
  } finally {
    await newsroom.stop();
  }
}
