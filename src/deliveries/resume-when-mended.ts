import type { Log } from '../kernel/log.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { type Needs, wake } from './pause-edition.ts';

/** Editions that were paused because the relay was at fault go on by themselves once it answers. */
export async function resumeWhenMended(needs: Needs & { mailer: Mailer; log: Log }): Promise<void> {
  const { ledger, reports, mailer, clock, log } = needs;
  const paused = await ledger.pausedByRelay();
  if (paused.length === 0) return;
  const answers = await mailer.verify().then(
    () => true,
    () => false,
  );
  if (!answers) return;
  for (const id of paused) {
    // Each row keeps its own wait: a relay that greets us may still refuse every message.
    if (!(await ledger.resume(id, [], clock.now(), 'relay'))) continue;
    const edition = await reports.edition(id);
    if (edition) await wake(edition, needs);
    log.info({ editionId: id }, 'the relay answers again: a paused edition goes on');
  }
}
