import type { Clock } from '../../kernel/clock.ts';
import type { PollStore } from './poll-store.ts';
import type { Source } from './source.ts';
import { collectionOf } from './wordpress-address.ts';

export interface MoveNeeds {
  polls: PollStore;
  audit: {
    note(act: {
      staffId: null;
      who: string;
      act: string;
      subject: string;
      before: object;
      after: object;
    }): Promise<void>;
  };
  clock: Clock;
}

/** Once may be a slip, or a network that wants us to sign in first. */
const TWICE = 2;
const LONGEST = 2000;

/** Where it leads for good now, and in how many polls in a row it has. */
export function moveSeen({ kind, url, movingTo, movingTimes }: Source, movedTo: string | undefined) {
  const to = movedTo && (kind === 'wordpress' ? collectionOf(movedTo) : withoutHash(movedTo));
  if (!to || to === url || to.length > LONGEST || lessSafe(url, to)) return { movingTo: null, movingTimes: 0 };
  return { movingTo: to, movingTimes: to === movingTo ? movingTimes + 1 : 1 };
}

/** Takes the new address when it was led there twice, and could read there what it wanted. */
export async function followMove(
  { id, url }: Source,
  { movingTo, movingTimes }: ReturnType<typeof moveSeen>,
  { polls, audit, clock }: MoveNeeds,
): Promise<void> {
  if (!movingTo || movingTimes < TWICE || !(await polls.move(id, movingTo, clock.now()))) return;
  const act = { staffId: null, who: 'a permanent redirect', act: 'source.move', subject: `source ${id}` };
  await audit.note({ ...act, before: { url }, after: { url: movingTo } });
}

/** What is read over TLS now would be read in the clear for ever. */
const lessSafe = (from: string, to: string): boolean => from.startsWith('https:') && !to.startsWith('https:');

const withoutHash = (address: string): string => address.replace(/#.*$/s, '');
