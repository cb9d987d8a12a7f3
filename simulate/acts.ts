import { Readable } from 'node:stream';
import type { Random } from '../fuzz/random.ts';
import { pauseUntil } from '../src/subscribers/ease.ts';
import { importSubscribers } from '../src/subscribers/import-subscribers.ts';
import { preferencesToken } from '../src/subscribers/preferences-token.ts';
import { savePreferences } from '../src/subscribers/save-preferences.ts';
import type { Lives, Stay } from './life.ts';
import { sections } from './newspaper.ts';
import type { Town } from './town.ts';
import { DAY_MS, dayAfter, instantOf, shown, zones } from './zones.ts';

/** What readers choose beside the newsletter's own. */
const TIMES = ['06:30', '12:00', '18:30', '21:30'];

/** Readers come by the import and change their minds on their preferences page: by the functions behind those doors. */
export function createActs({ context, pool }: Town, lives: Lives, random: Random) {
  let named = 0;

  async function join(count: number): Promise<void> {
    const now = context.clock.now();
    const people = Array.from({ length: count }, () => {
      named += 1;
      return { email: `reader${named}@simulation.example`, zone: random.pick(zones) };
    });
    const csv = ['email,time_zone', ...people.map(({ email, zone }) => `${email},${zone}`)].join('\n');
    await importSubscribers(Readable.from([csv]), { newsletter: 'daily', consent: 'simulated' }, context);
    const { rows } = await pool.query('select id, time_zone as zone from subscribers where email = any ($1)', [
      people.map(({ email }) => email),
    ]);
    for (const { id, zone } of rows as { id: string; zone: string }[])
      lives.begin(Number(id), {
        ...{ from: now.getTime(), active: true, zone, ownTime: null, frequency: 'daily', weekday: null },
        pausedUntil: null,
      });
  }

  async function save(readerId: number, fields: Record<string, unknown>, change: Partial<Stay>): Promise<void> {
    const now = context.clock.now();
    const token = preferencesToken(readerId, context.tokens, now);
    await savePreferences(token, { newsletters: ['daily'], ...fields }, {}, context);
    lives.change(readerId, { ...change, from: now.getTime() });
  }

  const chooseRhythm = (readerId: number) => {
    const often = random.pick(['daily', 'daily', 'weekdays', 'weekly']);
    const weekday = often === 'weekly' ? 1 + random.int(7) : null;
    const ownTime = random.chance(2) ? null : random.pick(TIMES);
    return save(
      readerId,
      { 'often-daily': weekday ? `weekly-${weekday}` : often, 'time-daily': ownTime ?? '' },
      { frequency: often as Stay['frequency'], weekday, ownTime },
    );
  };

  const chooseTopic = (readerId: number) =>
    save(readerId, { 'about-daily': 'some', 'topic-daily': [random.pick(sections)] }, {});

  async function pause(readerId: number): Promise<void> {
    const { zone } = lives.now(readerId);
    const now = context.clock.now();
    let date = dayAfter(shown(now.getTime(), zone).date);
    for (let days = random.int(14); days > 0; days -= 1) date = dayAfter(date);
    await pauseUntil(readerId, date, {}, context);
    lives.change(readerId, { from: now.getTime(), pausedUntil: instantOf(zone, date, '00:00') });
  }

  /** Something that somebody does. */
  async function happen(): Promise<void> {
    if (random.chance(12)) return join(1);
    const readerId = random.pick(lives.ids);
    const { active, pausedUntil, zone } = lives.now(readerId);
    // Where a pause ends is another instant in another zone: let it end first.
    if (pausedUntil && pausedUntil + DAY_MS > context.clock.now().getTime()) return;
    if (!active) return save(readerId, {}, { active: true });
    const act = random.int(100);
    if (act < 45) {
      const to = random.pick(zones.filter((other) => other !== zone));
      return save(readerId, { time_zone: to }, { zone: to });
    }
    if (act < 65) return chooseRhythm(readerId);
    if (act < 75) return chooseTopic(readerId);
    if (act < 88) return pause(readerId);
    return save(readerId, { newsletters: [] }, { active: false });
  }

  return { join, chooseRhythm, chooseTopic, happen };
}
