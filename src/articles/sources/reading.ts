import { DomainError } from '../../kernel/errors.ts';
import type { Fetched } from '../../platform/fetch/guarded-fetch.ts';
import type { ReadFeed } from '../feeds/feed-item.ts';
import { freshFor, retryAfterOf } from './next-poll.ts';

/** What a source answered. */
export interface Reading {
  status: number;
  bytes: number;
  /** Undefined when it is what was read before. */
  feed?: ReadFeed | undefined;
  etag: string | null;
  lastModified: string | null;
  bodyHash: string | null;
  readUntil: Date | null;
  /** How long its server takes it for fresh, in seconds. */
  freshFor: number;
  movedTo?: string | undefined;
}

/** Its server answered, but not with the feed. */
export class SourceUnavailable extends DomainError {
  readonly status: number;
  /** Seconds, as `Retry-After` tells. */
  readonly retryAfter: number;

  constructor({ status, headers }: Fetched, now: Date, says = sayingOf(status)) {
    super('feed-unavailable', 'unavailable', says);
    this.status = status;
    this.retryAfter = WAITS.includes(status) ? retryAfterOf(headers['retry-after'], now) : 0;
  }
}

const GONE = 410;
export const isGone = (error: unknown): boolean => error instanceof SourceUnavailable && error.status === GONE;

/** With these a server may tell when to come again (RFC 6585 §4, RFC 9110 §15.6.4). */
const WAITS = [429, 503];

const SAYINGS: Record<number, string> = {
  304: 'That means nothing new, though nothing is known of it yet.',
  401: 'It is behind a password.',
  403: 'It turns us away: perhaps its firewall takes us for a robot.',
  404: 'There is nothing at this address; was it moved?',
  410: 'That means gone for good, so it is not asked any more. Switch it on again if that was a mistake.',
  429: 'It is asked too often.',
  503: 'It is overloaded, or being worked on.',
};

const sayingOf = (status: number): string =>
  [`The feed's server answered ${status}.`, SAYINGS[status]].filter(Boolean).join(' ');

// Validators come from the feed's server and go back as headers: one that is no header text would fail each poll.
const HEADER_TEXT = /^[\x20-\x7e]{1,500}$/;

/** What an answer's headers tell for the next poll. */
export const toldBy = ({ headers, movedTo }: Pick<Fetched, 'headers' | 'movedTo'>) => ({
  etag: headerText(headers.etag),
  lastModified: headerText(headers['last-modified']),
  freshFor: freshFor(headers),
  movedTo,
});

const headerText = (text = ''): string | null => (HEADER_TEXT.test(text) ? text : null);
