import { COUNTED, type SourceHealth } from './source-page-store.ts';

const DAY_MS = 86_400_000;
/** Polls are looked for every 15 s; so late, nobody is looking. */
const OVERDUE_MS = 5 * 60_000;
const ERROR_SHOWN = 300;

type Health = 'off' | 'failing' | 'new' | 'overdue' | 'quiet' | 'well';

function healthOf(s: SourceHealth, now: Date): Health {
  if (!s.active) return 'off';
  if (s.failures > 0) return 'failing';
  if (now.getTime() - s.nextPollAt.getTime() > OVERDUE_MS) return 'overdue';
  if (!s.polledAt) return 'new';
  const newest = s.newest ? Date.parse(s.newest.publishedAt) : 0;
  return now.getTime() - newest > 7 * DAY_MS ? 'quiet' : 'well';
}

export const sourceRow = (s: SourceHealth, now: Date) => ({
  ...{ id: s.id, url: s.url, name: s.name, active: s.active, pollSeconds: s.pollSeconds, failures: s.failures },
  health: healthOf(s, now),
  error: s.error && (s.error.length > ERROR_SHOWN ? `${s.error.slice(0, ERROR_SHOWN).toWellFormed()}…` : s.error),
  polledAt: s.polledAt?.toISOString() ?? null,
  nextPollAt: s.active ? s.nextPollAt.toISOString() : null,
  newest: s.newest,
  lately: s.lately,
  orMore: s.lately === COUNTED,
});
