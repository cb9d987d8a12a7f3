import { checkComing, type Job, pollDueSources, reclaim, sweep, tick, upkeep } from './jobs.ts';

/** Jobs that come by themselves, and how often. */
export const schedules: { job: Job; everySeconds: number }[] = [
  { job: tick as unknown as Job, everySeconds: 5 },
  { job: pollDueSources as unknown as Job, everySeconds: 15 },
  { job: checkComing as unknown as Job, everySeconds: 60 },
  { job: reclaim as unknown as Job, everySeconds: 5 },
  { job: sweep as unknown as Job, everySeconds: 60 },
  { job: upkeep as unknown as Job, everySeconds: 3600 },
];
