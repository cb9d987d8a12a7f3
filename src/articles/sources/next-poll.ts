import { instantOf } from '../text/instant.ts';
import type { Pace, Source } from './source.ts';

/** Without news for ten times as long as it waits, it waits longer. */
const QUIET_SHARE = 0.1;
/** Times its setting, and an hour at most: what is published at night is here for breakfast. */
const QUIET_TIMES = 6;
const HOUR = 3600;
/** A feed that says "once a year" is a slip of somebody's. */
const ASKED_LIMIT = HOUR;
const TOLD_LIMIT = 24 * HOUR;
/** So that feeds added together do not come together for ever. */
const JITTER = 0.1;

export interface Wait {
  seconds: number;
  pace: Pace;
}

/**
 * When a source that answered is asked again.
 * @param asked what the feed and its server want at least, in seconds
 */
export function waitOf(
  { pollSeconds, newsAt }: Pick<Source, 'pollSeconds' | 'newsAt'>,
  asked: number,
  now: Date,
): Wait {
  const quietFor = (now.getTime() - newsAt.getTime()) / 1000;
  const longest = Math.max(pollSeconds, Math.min(pollSeconds * QUIET_TIMES, HOUR));
  const own = Math.max(pollSeconds, Math.min(quietFor * QUIET_SHARE, longest));
  const least = Math.min(asked, ASKED_LIMIT);
  if (least > own) return { seconds: least, pace: 'asked' };
  return { seconds: own, pace: own > pollSeconds ? 'quiet' : 'news' };
}

/**
 * When a source that failed is asked again: twice as long each time, an hour at most.
 * @param told what its server told us to wait, in seconds
 */
export function backoffOf({ pollSeconds, failures }: Pick<Source, 'pollSeconds' | 'failures'>, told = 0): Wait {
  const own = Math.max(pollSeconds, Math.min(pollSeconds * 2 ** failures, HOUR));
  const least = Math.min(told, TOLD_LIMIT);
  return least > own ? { seconds: least, pace: 'told' } : { seconds: own, pace: 'failing' };
}

/** Only ever later: what a server asks for is kept. */
export const afterWait = (now: Date, { seconds }: Wait, random = Math.random): Date =>
  new Date(now.getTime() + Math.round(seconds * (1 + random() * JITTER)) * 1000);

/** `Retry-After`: seconds, however many, or a date, which is in GMT (RFC 9110 §10.2.3); 0 for neither. */
export function retryAfterOf(header: string | undefined, now: Date): number {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const until = instantOf(text) ?? now;
  return Math.max(0, Math.ceil((until.getTime() - now.getTime()) / 1000));
}

/** How long an answer stays fresh (RFC 9111 §4.2), in seconds. */
export function freshFor({ 'cache-control': control = '', age = '' }: Record<string, string>): number {
  if (/\bno-(cache|store)\b/i.test(control)) return 0;
  const most = Number(/(?:^|[\s,])max-age\s*=\s*"?(\d{1,9})/i.exec(control)?.[1] ?? 0);
  return Math.max(0, most - (/^\d{1,9}$/.test(age.trim()) ? Number(age) : 0));
}
