import type { Log } from '../kernel/log.ts';
import { type Outcome, passing } from '../platform/mail/classify.ts';

interface Needs {
  ledger: { pause(editionId: number, by: 'relay' | 'policy', problem: string): Promise<boolean> };
  log: Log;
}

/** So many answers in a row that are about us, and going on would only make them more. */
const RUN = 10;
const REMEMBERED = 1000;

/** Counts, for each edition, the answers in a row that blame us or the relay; a run of them pauses the edition. */
export class Refusals {
  readonly #needs: Needs;
  readonly #runs = new Map<number, number>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async note(editionId: number, outcome: Outcome): Promise<void> {
    if (!outcome.counts) return;
    if (!outcome.aboutUs) return void this.#runs.delete(editionId);
    const run = (this.#runs.get(editionId) ?? 0) + 1;
    this.#runs.set(editionId, run);
    if (this.#runs.size > REMEMBERED) this.#runs.delete(this.#runs.keys().next().value ?? 0);
    if (run % RUN === 0) await this.#pause(editionId, outcome);
  }

  async #pause(editionId: number, { reason, reply }: Outcome): Promise<void> {
    const { ledger, log } = this.#needs;
    const by = passing.includes(reason) ? 'relay' : 'policy';
    const problem = `Paused: ${RUN} refusals in a row (${reason}). The relay said: ${reply}`;
    try {
      if (await ledger.pause(editionId, by, problem)) log.error({ editionId, reason, reply }, 'an edition was paused');
    } catch (err) {
      log.warn({ err, editionId }, 'an edition could not be paused; the next run of refusals will');
    }
  }
}
