/** The newsroom's time: what is due, what is late. Liveness of workers runs on the database's clock instead. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
