/** One row in one round. */
export interface Measured {
  /** Messages accepted, ledger rows planned, or sign-ups stored. */
  count: number;
  seconds: number;
  perSecond: number;
  /** CPU seconds for each 1,000 of them. */
  cpu: { sender?: number; postgres?: number; redis?: number };
  /** Of the sender, over all its processes. */
  peakMegabytes?: number;
  /** What the relay read for each message, SMTP commands included. */
  wireBytes?: number;
  /** From a request to its answer. */
  answer?: { p50Seconds: number; p99Seconds: number };
  /** From the POST to the first accepted row of an alert, and to its last. */
  alert?: { readers: number; firstSeconds: number; lastSeconds: number };
}

export const perThousand = (amount: number, count: number): number => (amount / count) * 1000;
