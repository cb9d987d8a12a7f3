/** How mail, or a plan, is made in a row of the table. */
export type Way =
  | 'daybreak'
  | 'nodemailer'
  | 'smtp-source'
  | 'alert'
  | 'plan by hand'
  | 'plan for a slot'
  | 'variants'
  | 'variants rendered whole'
  | 'sign-up'
  | 'insert'
  | 'feed'
  | 'hostile feeds';

export interface Scenario {
  name: string;
  way: Way;
  /** Kilobytes (1,000 bytes) of one message: headers, both parts, transfer encoding. */
  body: 5 | 20 | 36;
  dkim: 'off' | 'rsa' | 'ed25519';
  queue: 'redis' | 'postgres';
  workers: 1 | 2;
  /** How long the relay takes to answer a command. */
  delayMs: 0 | 20;
  readers: number;
  /** smtp-source only: one connection for many messages, as the others do; by itself it opens one for each. */
  keepsConnections?: true;
  /** Only with --million, and then in the first round only. */
  million?: true;
  /** Readers of the alert, and the share of the digest that has been accepted when it is posted. */
  alert?: { readers: number; after: number };
}

/** Open SMTP connections in every row, over all worker processes together. */
export const CONNECTIONS = 20;

const base = { body: 20, dkim: 'off', queue: 'redis', workers: 1, delayMs: 0, readers: 10_000 } as const;
const daybreak = { ...base, way: 'daybreak' } as const;
// References are rates, and need fewer messages.
const nodemailer = { ...base, way: 'nodemailer', readers: 5000 } as const;
const source = { ...base, way: 'smtp-source', readers: 20_000 } as const;
const alert = { ...base, way: 'alert' } as const;
// Long enough that the first page does not decide.
const plan = { ...base, readers: 300_000 } as const;
const signUp = { ...base, readers: 30_000 } as const;

/** A base case, each factor varied alone, and beside them what the targets compare them with. */
export const scenarios: readonly Scenario[] = [
  { ...nodemailer, name: 'nodemailer-20k' },
  { ...daybreak, name: 'daybreak-20k' },
  { ...nodemailer, name: 'nodemailer-20k-rsa', dkim: 'rsa' },
  { ...daybreak, name: 'daybreak-20k-rsa', dkim: 'rsa' },
  { ...daybreak, name: 'daybreak-20k-ed25519', dkim: 'ed25519' },
  { ...source, name: 'smtp-source-5k', body: 5 },
  { ...source, name: 'smtp-source-5k-kept', body: 5, keepsConnections: true },
  { ...daybreak, name: 'daybreak-5k', body: 5 },
  { ...daybreak, name: 'daybreak-36k', body: 36 },
  { ...daybreak, name: 'daybreak-20k-postgres-queue', queue: 'postgres' },
  { ...daybreak, name: 'daybreak-20k-two-workers', workers: 2 },
  { ...nodemailer, name: 'nodemailer-20k-slow-relay', delayMs: 20 },
  { ...daybreak, name: 'daybreak-20k-slow-relay', delayMs: 20 },
  { ...plan, name: 'plan-by-hand', way: 'plan by hand' },
  { ...plan, name: 'plan-slot', way: 'plan for a slot' },
  // Here the audience is sets of topics.
  { ...base, name: 'variants-whole', way: 'variants rendered whole', readers: 200 },
  { ...base, name: 'variants-5k', way: 'variants', readers: 5000 },
  { ...signUp, name: 'express-insert', way: 'insert' },
  { ...signUp, name: 'sign-up', way: 'sign-up' },
  // Here the audience is articles, and sources.
  { ...base, name: 'feed-5k', way: 'feed', readers: 5000 },
  { ...base, name: 'hostile-feeds', way: 'hostile feeds', readers: 20 },
  { ...daybreak, name: 'daybreak-20k-100k-readers', readers: 100_000 },
  { ...alert, name: 'alert-in-100k-digest', readers: 100_000, alert: { readers: 10_000, after: 0.3 } },
  { ...daybreak, name: 'daybreak-20k-1m-readers', readers: 1_000_000, million: true },
  { ...alert, name: 'alert-in-1m-digest', readers: 1_000_000, million: true, alert: { readers: 10_000, after: 0.1 } },
];
