import { DomainError } from '../kernel/errors.ts';
import { TokenForged, type Tokens } from '../kernel/tokens.ts';
import type { SubscriberStore } from './store.ts';
import type { Subscriber } from './subscriber.ts';

/** It lies in a mailbox the reader has left, where somebody else may read it. */
class LinkLeftBehind extends DomainError {
  constructor() {
    super('link-left-behind', 'gone', 'problem.link-left-behind');
  }
}

const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000);

/** Opens the reader's own pages, for as long as their address stays what it was when the token was made. */
export const preferencesToken = (readerId: number, tokens: Tokens, now: Date): string =>
  tokens.seal('preferences', [readerId, secondsOf(now)]);

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId'>;
  tokens: Tokens;
}

/**
 * Whose token it is. Those of before the time of making was kept count as made long ago.
 * @throws TokenForged when it is not ours or the reader has been erased; LinkLeftBehind
 */
export async function readerBehind(token: string, now: Date, { subscribers, tokens }: Needs): Promise<Subscriber> {
  const [readerId = 0, madeAt = 0] = tokens.open('preferences', token, now);
  const reader = await subscribers.byId(readerId);
  if (!reader) throw new TokenForged();
  if (reader.movedAt && madeAt < secondsOf(reader.movedAt)) throw new LinkLeftBehind();
  return reader;
}
