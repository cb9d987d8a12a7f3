import type { Clock } from '../kernel/clock.ts';
import { daysFrom } from './account-mail.ts';
import type { AddressStore } from './address-store.ts';
import type { Subscriber } from './subscriber.ts';

interface Edition {
  id: number;
  newsletter: string;
  kind: string;
  subject: string | null;
  createdAt: Date;
}

interface Known {
  name: string | null;
  flags: string[];
  pausedAt: Date | null;
  pausedUntil: Date | null;
  createdAt: Date;
  suppressedAt: Date | null;
}

interface Needs {
  /** What is known of a reader, each part by a key. */
  traces: {
    reader(id: number): Promise<Known | undefined>;
    subscriptions(readerId: number): Promise<object[]>;
    consents(readerId: number, limit: number): Promise<object[]>;
    editions(readerId: number, before: number | null, limit: number): Promise<Edition[]>;
    rows(
      readerId: number,
      editionIds: number[],
    ): Promise<{ editionId: number; state: string; reason: string | null; settledAt: Date | null }[]>;
  };
  addresses: Pick<AddressStore, 'ofReader'>;
  clock: Clock;
}

const DAYS = 90;
const PAGE = 200;
const CONSENTS = 10_000;

/** Everything that is kept of one reader, for that reader. */
export async function myData(reader: Subscriber, { traces, addresses, clock }: Needs): Promise<object> {
  const now = clock.now();
  const [known, subscriptions, consents, changes, mails] = await Promise.all([
    traces.reader(reader.id),
    traces.subscriptions(reader.id),
    traces.consents(reader.id, CONSENTS),
    addresses.ofReader(reader.id),
    mailsOf(reader.id, daysFrom(now, -DAYS), traces),
  ]);
  return {
    made_at: now,
    reader: {
      email: reader.email,
      name: known?.name ?? null,
      time_zone: reader.timeZone,
      language: reader.language,
      paused_at: known?.pausedAt ?? null,
      paused_until: known?.pausedUntil ?? null,
      noted_at_sign_up: known?.flags ?? [],
      reader_since: known?.createdAt,
      never_mailed_again_since: known?.suppressedAt ?? null,
    },
    subscriptions: subscriptions.map(snaked),
    consents: consents.map(snaked),
    address_changes: changes.map(snaked),
    mails: { days: DAYS, count: tally(mails.map(({ state }) => state)), list: mails },
  };
}

async function mailsOf(readerId: number, since: Date, traces: Needs['traces']) {
  const editions: Edition[] = [];
  for (let page: Edition[] | undefined; !page || page.length === PAGE; ) {
    page = (await traces.editions(readerId, editions.at(-1)?.id ?? null, PAGE)).filter((e) => e.createdAt >= since);
    editions.push(...page);
  }
  const ids = editions.map(({ id }) => id);
  const rows = new Map((await traces.rows(readerId, ids)).map((row) => [row.editionId, row]));
  return editions.flatMap(({ id, newsletter, kind, subject, createdAt }) => {
    const row = rows.get(id);
    const { state, reason, settledAt } = row ?? { state: '', reason: null, settledAt: null };
    return row ? [{ newsletter, kind, subject, at: settledAt ?? createdAt, state, reason }] : [];
  });
}

function tally(states: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** As the API names things; numbers of ours say nothing to the reader. */
const snaked = (row: object): object =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name !== 'newsletterId')
      .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  );
