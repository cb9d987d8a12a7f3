import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm run simulate -- [options]

  --days N         how long (365)
  --readers N      how many there are at the start (10000)
  --articles N     published each day (50)
  --times T,…      when the newsletter comes, its main time first (07:00)
  --week DAYS      on which days, 1 is Monday (1234567)
  --from DATE      the first day (2026-03-20, nine days before Europe's clocks change)
  --seed S         a whole number; the same seed makes the same year (1)
  --quick          --days 14 --readers 400 --articles 12 --times 07:00,12:30 --week 123456: half a minute
  --data-dir DIR   where the database keeps its files meanwhile (${tmpdir()})
`;

export interface Options {
  days: number;
  readers: number;
  articles: number;
  times: string[];
  week: number[];
  from: Date;
  seed: number;
  dataDir: string;
  help: boolean;
}

export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...{
          days: text,
          readers: text,
          articles: text,
          times: text,
          week: text,
          from: text,
          seed: text,
          'data-dir': text,
        },
        ...{ quick: flag, help: flag },
      },
    });
    const quick = values.quick ?? false;
    return {
      days: wholeNumber('days', values.days) ?? (quick ? 14 : 365),
      readers: wholeNumber('readers', values.readers) ?? (quick ? 400 : 10_000),
      articles: wholeNumber('articles', values.articles) ?? (quick ? 12 : 50),
      times: timesIn(values.times ?? (quick ? '07:00,12:30' : '07:00')),
      week: weekIn(values.week ?? (quick ? '123456' : '1234567')),
      from: dayOf(values.from ?? '2026-03-20'),
      seed: wholeNumber('seed', values.seed) ?? 1,
      dataDir: path.resolve(values['data-dir'] ?? tmpdir()),
      help: values.help ?? false,
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function timesIn(text: string): string[] {
  const times = text.split(',');
  if (times.length > 4 || times.some((time) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)))
    throw new UsageError('--times must be up to four, such as 07:00,12:30');
  return times;
}

function weekIn(text: string): number[] {
  if (!/^[1-7]{1,7}$/.test(text)) throw new UsageError('--week must be digits from 1 to 7, such as 12345');
  return [...text].map(Number);
}

function dayOf(text: string): Date {
  const at = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) throw new UsageError('--from must be a date such as 2026-03-20');
  return at;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new UsageError(`--${name} must be a whole number above 0`);
  return number;
}
