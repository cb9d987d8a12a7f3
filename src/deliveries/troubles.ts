import type { FailingSource } from '../articles/sources/source.ts';
import type { Known } from '../kernel/last-known.ts';
import type { Standing } from '../platform/queue/producer.ts';
import type { Brand } from '../platform/view/brand.ts';
import {
  doomedTrouble,
  incompleteTrouble,
  overdueTroubles,
  pausedTrouble,
  unhappyTrouble,
  waitingTrouble,
} from './edition-troubles.ts';
import type { HomeSeen } from './look-home.ts';
import { queueTroubles, relayTroubles } from './machine-troubles.ts';
import type { Trouble } from './trouble.ts';

/** What else there is to know about the machine, and who asks. */
interface Setting {
  brand: Brand;
  queue: Known<Standing[]> | null;
  relay: Known<unknown> | null;
  /** Mail really leaves, and nothing signs it. */
  unsigned: boolean;
  mayAdminister: boolean;
}

/** Everything that asks for somebody, what stops mail first. Empty when all is well. */
export function troublesOf(seen: HomeSeen, setting: Setting): Trouble[] {
  const { brand, queue, relay, unsigned, mayAdminister } = setting;
  const all = [
    ...queueTroubles(queue, seen.workers, mayAdminister),
    ...relayTroubles(relay),
    ...overdueTroubles(seen.coming.digests, seen.paused, seen.now),
    ...seen.paused.map(pausedTrouble),
    ...seen.doomed.map(doomedTrouble),
    ...(brand.rehearsal ? [rehearsal] : []),
    ...seen.unhappy.map((edition) => unhappyTrouble(edition, brand.locale)),
    ...seen.incomplete.map((edition) => incompleteTrouble(edition, brand.locale)),
    ...(seen.waiting ? [waitingTrouble(seen.waiting, brand.locale)] : []),
    ...seen.failing.map(sourceTrouble),
    ...(unsigned ? [unsignedMail] : []),
    ...(mayAdminister && seen.openAdmins > 0 ? [openAdmins(seen.openAdmins)] : []),
  ];
  return all.toSorted((a, b) => Number(a.level === 'look') - Number(b.level === 'look'));
}

const rehearsal: Trouble = {
  ...{ level: 'look', what: 'Rehearsal', says: 'Only staff are mailed. End it when readers are to be mailed again.' },
  ...{ href: '/console/safety', link: 'Safety' },
};

const GONE = 'It is not asked any more. Add its new address if it has one, and save this one as switched off.';
/** So often in a row that it is no hiccup. */
const FAILS_FOR_GOOD = 3;

function sourceTrouble({ id, name, url, failures, failingSince, error, gone }: FailingSource): Trouble {
  const at = { since: failingSince.toISOString(), quote: error, href: `/console/sources/${id}`, link: 'Source' };
  if (gone) return { level: 'wrong', what: 'Source gone', about: name ?? url, says: GONE, ...at };
  const says = `Its articles do not come. It is tried again by itself; ${
    failures < FAILS_FOR_GOOD ? 'if that does not help' : 'that has not helped'
  }, see whether its address still holds.`;
  return {
    ...{ level: failures < FAILS_FOR_GOOD ? 'look' : 'wrong', what: 'Source not read', about: name ?? url, says },
    ...at,
  };
}

const unsignedMail: Trouble = {
  ...{ level: 'look', what: 'Mail is unsigned' },
  says: 'Large mailbox providers turn unsigned newsletters away. Set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE.',
  ...{ href: '/console/deliverability', link: 'Deliverability' },
};

const openAdmins = (admins: number): Trouble => ({
  ...{ level: 'look', what: `${admins} ${admins === 1 ? 'admin' : 'admins'} without a second step` },
  says: 'A password alone opens everything. Each switches a second step or a passkey on under their own name.',
  ...{ href: '/console/staff', link: 'See who' },
});
