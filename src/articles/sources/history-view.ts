import type { Poll } from './poll-store.ts';

const PLACES = 20;
const STEP = 12;
const HEIGHT = 40;
/** Polls take from a few milliseconds to twenty seconds: drawn by magnitude, so that neither is nothing. */
const LONGEST = Math.log10(20_000);

/** The last polls as bars, the newest at the right: how long each took, and what came of it. */
export function historyOf(polls: Poll[]) {
  if (polls.length === 0) return null;
  const rows = polls.map((poll) => ({ ...poll, at: poll.at.toISOString() }));
  const bars = polls.map(({ ms, outcome }, n) => {
    const height = Math.round(Math.max(0.15, Math.min(1, Math.log10(Math.max(ms, 1)) / LONGEST)) * HEIGHT);
    return { outcome, height, x: (PLACES - 1 - n) * STEP, y: HEIGHT - height };
  });
  const failed = polls.filter(({ outcome }) => outcome === 'failed' || outcome === 'gone').length;
  const news = polls.filter(({ outcome }) => outcome === 'news').length;
  return { rows, bars, failed, news, polls: polls.length, width: PLACES * STEP, height: HEIGHT };
}
