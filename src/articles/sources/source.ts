import { z } from 'zod';
import { webUrl } from '../article.ts';
import { cleanLine } from '../text/clean.ts';

export const kinds = ['feed', 'wordpress'] as const;
export type Kind = (typeof kinds)[number];

/**
 * Why it is asked again when it is: as often as its setting allows, since it has news; less often, since it has none;
 * as its feed or server asks for; after failures; after so long as its server told it to wait.
 */
export type Pace = 'news' | 'quiet' | 'asked' | 'failing' | 'told';

export interface Source {
  id: number;
  kind: Kind;
  url: string;
  host: string;
  name: string | null;
  active: boolean;
  pollSeconds: number;
  nextPollAt: Date;
  etag: string | null;
  lastModified: string | null;
  bodyHash: string | null;
  ttlSeconds: number;
  /** When it last brought something, else when it was added. */
  newsAt: Date;
  readUntil: Date | null;
  pace: Pace | null;
  polledAt: Date | null;
  failures: number;
  failingSince: Date | null;
  error: string | null;
  goneAt: Date | null;
  movingTo: string | null;
  movingTimes: number;
  movedFrom: string | null;
  movedAt: Date | null;
}

/** A source whose last poll went wrong. */
export interface FailingSource {
  id: number;
  name: string | null;
  url: string;
  /** Polls in a row. */
  failures: number;
  failingSince: Date;
  error: string | null;
  /** Its server said that it is gone for good; it is not asked any more. */
  gone: boolean;
}

const seconds = 'must be a whole number of seconds between 30 and 86400';

export const sourceInput = z.object({
  url: webUrl,
  kind: z.enum(kinds, `must be ${kinds.join(' or ')}`).optional(),
  name: z
    .string('must be text')
    .transform(cleanLine)
    .pipe(z.string().max(200, 'must be at most 200 characters'))
    .optional(),
  poll_seconds: z.int(seconds).min(30, seconds).max(86_400, seconds).optional(),
});

export type NewSource = z.output<typeof sourceInput>;
