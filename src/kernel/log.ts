import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/** Logs go to stderr: stdout belongs to the commands' results and the one `ready` line. */
export const createLog = (level: string): Logger =>
  pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
