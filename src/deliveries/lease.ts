import type { Share } from '../platform/mail/relay.ts';

/** Within the silence after which claims are taken from a worker: one that has stood still must hand nothing over. */
const HOLDS_MS = 12_000;

/**
 * Whether this process may still trust a claim: only while it has told the ledger without a gap, ever since the claim,
 * that it lives. After a gap its claims may be another's, even when it lives again.
 */
export class Lease {
  #renewedAt = Number.NEGATIVE_INFINITY;
  #unbrokenSince = Number.NEGATIVE_INFINITY;

  /** @param claimedAt when the claim was asked for, on the monotonic clock */
  covers(claimedAt: number, now = performance.now()): boolean {
    return now - this.#renewedAt < HOLDS_MS && claimedAt >= this.#unbrokenSince;
  }

  /** @param asked when the ledger was told, on the monotonic clock: not when it answered */
  renew(asked: number): void {
    if (asked - this.#renewedAt >= HOLDS_MS) this.#unbrokenSince = asked;
    this.#renewedAt = asked;
  }
}

interface Needs {
  ledger: { beat(worker: string): Promise<Share> };
  mailer: { share(share: Share): void };
  lease: Lease;
  workerId: string;
}

/** Tells the ledger that this process lives, and hears how many others share the relays with it. */
export async function beat({ ledger, mailer, lease, workerId }: Needs): Promise<void> {
  const asked = performance.now();
  mailer.share(await ledger.beat(workerId));
  lease.renew(asked);
}
