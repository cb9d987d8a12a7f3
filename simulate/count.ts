import { around } from './around.ts';
import { judge, type Row, type Verdict } from './judge.ts';
import type { Lives, Stay } from './life.ts';
import type { Outage } from './outages.ts';
import type { Town } from './town.ts';

const AT_ONCE = 500;
/** What is due in the last minutes may still be under way. */
const LAST_MS = 3_600_000;
const SHOWN = 5;

interface Lived {
  lives: Lives;
  outages: Outage[];
  until: number;
}

/** Counts each promise: every edition that was due to a reader, and what became of it. */
export async function count({ lives, outages, until }: Lived, town: Town): Promise<{ table: string; broken: boolean }> {
  const newsletter = await town.context.newsletters.bySlug('daily');
  if (!newsletter) throw new Error('there is no newsletter daily');
  const { sendAt, alsoAt, days: week, latenessMinutes } = newsletter;
  const paper = { sendAt, times: [sendAt, ...alsoAt].toSorted(), week };
  const rules = { paper, outages, latenessMs: latenessMinutes * 60_000, until: until - LAST_MS };
  const fates = new Map<string, number>();
  const examples: string[] = [];
  const tell = (readerId: number, { issue, fate, broken }: Verdict, stays: Stay[], had: Row[]) => {
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    if (broken && examples.length < SHOWN)
      examples.push(`reader ${readerId}, ${issue}: ${fate}\n${around(issue.slice(0, 10), stays, had)}`);
  };
  const all = [...lives.all];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE);
    const rows = await rowsOf(
      some.map(([id]) => id),
      town,
    );
    for (const [id, stays] of some) {
      const had = rows.get(id) ?? [];
      for (const verdict of judge(stays, had, rules)) tell(id, verdict, stays, had);
    }
  }
  const { editions, doubledRows, open } = await wholeOf(town);
  const of = (fate: string) => fates.get(fate) ?? 0;
  const others = [...fates].filter(([fate]) => !['doubled', 'missed', 'uncalled for'].includes(fate));
  const due = others.reduce((sum, [, n]) => sum + n, of('missed'));
  const lines: [string, number][] = [
    ['readers', all.length],
    ['moves, and other changes of mind', all.reduce((sum, [, stays]) => sum + stays.length - 1, 0)],
    ['outages', outages.length],
    ['editions opened', editions],
    ['editions due to a reader', due],
    ...others.toSorted(([, a], [, b]) => b - a).map(([fate, n]): [string, number] => [`  ${fate}`, n]),
    ['missed', of('missed')],
    ['doubled', of('doubled') + doubledRows],
    ['uncalled for', of('uncalled for')],
    ['editions left open', open],
  ];
  const table = lines.map(([name, n]) => `${name.padEnd(62)}${n.toLocaleString('en').padStart(12)}\n`).join('');
  const broken = examples.length > 0 || doubledRows > 0 || open > 0 || of('sent') === 0;
  return { table: `${table}${examples.map((line) => `BROKEN ${line}`).join('')}`, broken };
}

async function rowsOf(ids: number[], { pool }: Town): Promise<Map<number, Row[]>> {
  const { rows } = await pool.query(
    `select d.subscriber_id as id, e.slot, e.late, d.state, d.reason from deliveries d join editions e on e.id = d.edition_id
    where d.subscriber_id = any ($1) order by e.slot`,
    [ids],
  );
  const found = (rows as { id: string; slot: Date; late: boolean; state: string; reason: string | null }[]).map(
    ({ id, slot, ...row }) => ({ ...row, id: Number(id), slot: slot.getTime() }),
  );
  return Map.groupBy(found, ({ id }) => id);
}

/** What needs no judge: rows are unique by edition, and every edition is over. */
async function wholeOf({ pool }: Town) {
  const { rows } = await pool.query(`
    select (select count(*) from editions)::int as editions,
      (select count(*) from (select from deliveries d join editions e on e.id = d.edition_id
        group by d.subscriber_id, e.slot having count(*) > 1) x)::int as "doubledRows",
      (select count(*) from editions where status <> 'sent' and slot < (select max(slot) - interval '1 hour' from editions))::int as open`);
  return rows[0] as { editions: number; doubledRows: number; open: number };
}
