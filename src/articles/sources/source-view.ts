import { COUNTED, type SourceHealth } from './source-page-store.ts';

const DAY_MS = 86_400_000;
/** Polls are looked for every 15 s; so late, nobody is looking. */
const OVERDUE_MS = 5 * 60_000;
const ERROR_SHOWN = 300;

type Health = 'gone' | 'off' | 'failing' | 'new' | 'overdue' | 'moved' | 'quiet' | 'well';

function healthOf(s: SourceHealth, now: Date): Health {
  const longerThan = (ms: number, at: Date | null) => !at || now.getTime() - at.getTime() > ms;
  if (s.goneAt) return 'gone';
  if (!s.active) return 'off';
  if (s.failures > 0) return 'failing';
  if (longerThan(OVERDUE_MS, s.nextPollAt)) return 'overdue';
  if (!s.polledAt) return 'new';
  if (!longerThan(7 * DAY_MS, s.movedAt)) return 'moved';
  const newest = s.newest ? new Date(s.newest.publishedAt) : null;
  return longerThan(7 * DAY_MS, newest) ? 'quiet' : 'well';
}

export const sourceRow = (s: SourceHealth, now: Date) => ({
  ...{ id: s.id, kind: s.kind, url: s.url, name: s.name, active: s.active, failures: s.failures },
  ...{ pollSeconds: s.pollSeconds, pace: s.pace, movingTo: s.movingTo, movedFrom: s.movedFrom },
  health: healthOf(s, now),
  error: s.error && (s.error.length > ERROR_SHOWN ? `${s.error.slice(0, ERROR_SHOWN).toWellFormed()}…` : s.error),
  failingSince: iso(s.failingSince),
  goneAt: iso(s.goneAt),
  movedAt: iso(s.movedAt),
  polledAt: iso(s.polledAt),
  nextPollAt: s.active ? iso(s.nextPollAt) : null,
  newest: s.newest,
  lately: s.lately,
  orMore: s.lately === COUNTED,
});

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
