import { byRound, figures, type Row } from './results.ts';
import { type Spread, spreadOf } from './statistics.ts';

interface Target {
  says: string;
  unit: '×' | 's' | 'MB' | 'rows/s';
  /** What must not be missed, and what is aimed at. */
  floor: number;
  aim: number;
  better: 'more' | 'less';
  values(rows: Rows): (number | undefined)[];
}

export interface Judged extends Omit<Target, 'values'> {
  spread: Spread | null;
  verdict: 'aim reached' | 'floor held' | 'missed' | 'not measured' | 'not judged';
}

type Rows = (name: string) => Row | undefined;
type Values = Target['values'];

const of =
  (name: string, figure: string): Values =>
  (rows) =>
    byRound(rows(name), figures[figure] ?? (() => undefined));

/** Within each round, so that what disturbs the machine for a while disturbs both. */
const ratio =
  (name: string, other: string, figure: string): Values =>
  (rows) => {
    const others = of(other, figure)(rows);
    return of(name, figure)(rows).map((value, round) => divided(value, others[round]));
  };

/** For a row measured once: a single round of the other could be a bad one. */
const ratioToMedian =
  (name: string, other: string, figure: string): Values =>
  (rows) => {
    const median = spreadOf(of(other, figure)(rows))?.median;
    return of(name, figure)(rows).map((value) => divided(value, median));
  };

const inverse =
  (values: Values): Values =>
  (rows) =>
    values(rows).map((value) => divided(1, value));

const divided = (a: number | undefined, b: number | undefined) => (a === undefined || !b ? undefined : a / b);

/** The first that was measured. */
const either =
  (first: Values, second: Values): Values =>
  (rows) =>
    first(rows).some((value) => value !== undefined) ? first(rows) : second(rows);

const inDigest = (figure: string) => either(of('alert-in-1m-digest', figure), of('alert-in-100k-digest', figure));

const more = { better: 'more', unit: '×' } as const;
const less = { better: 'less', unit: 's' } as const;
const planned = { better: 'more', unit: 'rows/s', floor: 100_000, aim: 200_000 } as const;
const [small, big] = ['daybreak-20k', 'daybreak-20k-1m-readers'];

export const targets: readonly Target[] = [
  {
    ...more,
    says: 'end to end, 20 kB unsigned, against a nodemailer pool without a ledger',
    ...{ floor: 3.5, aim: 5, values: ratio(small, 'nodemailer-20k', 'perSecond') },
  },
  {
    ...more,
    says: 'the same, RSA-2048 signed, against nodemailer signing',
    ...{ floor: 4, aim: 6, values: ratio('daybreak-20k-rsa', 'nodemailer-20k-rsa', 'perSecond') },
  },
  {
    ...more,
    says: 'end to end, 5 kB unsigned, against smtp-source on the same sink',
    ...{ floor: 0.75, aim: 1, values: ratio('daybreak-5k', 'smtp-source-5k', 'perSecond') },
  },
  {
    ...less,
    says: 'sender CPU for 1,000 messages, 20 kB unsigned',
    ...{ floor: 0.3, aim: 0.15, values: of(small, 'senderCpu') },
  },
  {
    ...less,
    says: 'sender CPU for 1,000 messages, 20 kB RSA-2048 signed',
    ...{ floor: 0.65, aim: 0.45, values: of('daybreak-20k-rsa', 'senderCpu') },
  },
  { ...planned, says: 'ledger rows planned, an edition by hand', values: of('plan-by-hand', 'perSecond') },
  { ...planned, says: 'ledger rows planned, an edition for a slot', values: of('plan-slot', 'perSecond') },
  {
    ...less,
    says: 'an edition of 5,000 sets of topics, each with articles of its own, planned and rendered',
    ...{ floor: 10, aim: 7, values: of('variants-5k', 'seconds') },
  },
  {
    ...{ better: 'less', unit: 'MB' },
    says: 'peak memory of the process that did it',
    ...{ floor: 400, aim: 350, values: of('variants-5k', 'peakMegabytes') },
  },
  {
    ...more,
    says: 'variants per second, against rendering each whole',
    ...{ floor: 5, aim: 10, values: ratio('variants-5k', 'variants-whole', 'perSecond') },
  },
  {
    ...more,
    says: 'sign-ups stored, 200 at once, against an Express route that waits for one INSERT',
    ...{ floor: 0.6, aim: 1, values: ratio('sign-up', 'express-insert', 'perSecond') },
  },
  {
    ...less,
    says: 'a sign-up, 200 at once, until 99 of 100 are answered',
    ...{ floor: 0.1, aim: 0.06, values: of('sign-up', 'answerP99Seconds') },
  },
  {
    ...less,
    says: 'a feed of 5,000 items, fetched, parsed and stored',
    ...{ floor: 3, aim: 2, values: of('feed-5k', 'seconds') },
  },
  {
    ...{ better: 'less', unit: 'MB' },
    says: 'peak memory of the process that did it',
    ...{ floor: 200, aim: 170, values: of('feed-5k', 'peakMegabytes') },
  },
  {
    ...less,
    says: '20 sources due at once behind a bomb, a feed without end and a drip, until the last is asked',
    ...{ floor: 10, aim: 3, values: of('hostile-feeds', 'seconds') },
  },
  {
    ...{ better: 'less', unit: 'MB' },
    says: 'peak memory of the worker that met them',
    ...{ floor: 300, aim: 250, values: of('hostile-feeds', 'peakMegabytes') },
  },
  {
    ...{ better: 'less', unit: 'MB' },
    says: 'sender peak memory with a million readers',
    ...{ floor: 250, aim: 180, values: of(big, 'peakMegabytes') },
  },
  {
    ...{ better: 'less', unit: '×' },
    says: 'sender peak memory, a million readers against 10,000',
    ...{ floor: 1.25, aim: 1.25, values: ratioToMedian(big, small, 'peakMegabytes') },
  },
  {
    ...{ better: 'less', unit: '×' },
    says: 'time for a message, a million readers against 10,000',
    ...{ floor: 1.15, aim: 1.05, values: inverse(ratioToMedian(big, small, 'perSecond')) },
  },
  {
    ...less,
    says: 'an alert in the middle of a digest, until its first message is accepted',
    ...{ floor: 1, aim: 0.3, values: inDigest('alertFirstSeconds') },
  },
  {
    ...less,
    says: 'an alert in the middle of a digest, until its last message is accepted',
    ...{ floor: 8, aim: 5, values: inDigest('alertLastSeconds') },
  },
];

/** A run with fewer readers than a target speaks of shows its figures and judges none. */
export const judge = (rows: readonly Row[], limited: boolean): Judged[] =>
  targets.map(({ values, ...target }) => {
    const spread = spreadOf(values((name) => rows.find(({ scenario }) => scenario.name === name))) ?? null;
    return { ...target, spread, verdict: spread && limited ? 'not judged' : verdictOf(target, spread) };
  });

function verdictOf({ floor, aim, better }: Omit<Target, 'values'>, spread: Spread | null): Judged['verdict'] {
  if (!spread) return 'not measured';
  const reaches = (goal: number) => (better === 'more' ? spread.median >= goal : spread.median <= goal);
  if (reaches(aim)) return 'aim reached';
  return reaches(floor) ? 'floor held' : 'missed';
}
