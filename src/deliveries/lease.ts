import type { Share } from '../platform/mail/relay.ts';

/** Within the silence after which claims are taken from a worker: one that has stood still must hand nothing over. */
const HOLDS_MS = 12_000;

/** Whether this process may still trust its claims: only as long as it tells the ledger that it lives. */
export class Lease {
  #renewedAt = Number.NEGATIVE_INFINITY;

  get held(): boolean {
    return performance.now() - this.#renewedAt < HOLDS_MS;
  }

  /** @param asked when the ledger was told, on the monotonic clock: not when it answered */
  renew(asked: number): void {
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
