import type { Log } from '../../kernel/log.ts';
import type { Edition } from '../edition.ts';
import type { Link } from '../link-answers.ts';
import { askLinks, linksCheck } from './ask-links.ts';
import { type Check, inWords, isWrong, type Mail } from './check.ts';
import { checkMail } from './check-mail.ts';
import type { PreflightStore } from './preflight-store.ts';
import { linksIn } from './sizes.ts';
import { spam } from './spam.ts';
import type { Unfit } from './unfit.ts';

export type CheckNeeds = Parameters<typeof spam>[2] & Parameters<typeof askLinks>[1] & { preflights: PreflightStore };

/** Everything there is to find out about a mail, others asked as well: seconds, sometimes a minute. */
export async function lookAtMail(
  mail: Mail,
  { newsletterId, leads }: { newsletterId: number; leads: string[] },
  needs: CheckNeeds,
): Promise<Check[]> {
  const own = `${needs.baseUrl}/`;
  const urls = [...new Set([...leads, ...linksIn(mail.html).filter((url) => !url.startsWith(own))])];
  const [answers, score] = await Promise.all([askLinks(urls, needs), spam(mail, newsletterId, needs)]);
  // Half of it would be no answer; whoever comes next asks the rest.
  needs.leaving.throwIfAborted();
  return [linksCheck(urls, leads, answers), ...checkMail(mail), score];
}

type Needs = CheckNeeds & { editions: { byId(id: number): Promise<Edition | undefined> }; log: Log };

const LEADS = 30;

/** While an edition goes out: what was found is shown on its page, and what is wrong with a digest stops the rest of it. */
export async function checkEdition(id: number, needs: Needs): Promise<void> {
  const { editions, preflights, clock } = needs;
  const [edition, mail] = await Promise.all([editions.byId(id), preflights.fullest(id)]);
  if (!edition || !mail) return;
  const leads = edition.kind === 'digest' ? await preflights.leads(id, LEADS) : [];
  const checks = await lookAtMail(mail, { newsletterId: edition.newsletterId, leads }, needs);
  await preflights.note(id, checks, clock.now());
  // An alert is with its readers by now, and its page may come a moment after it.
  if (edition.kind === 'digest' && checks.some(isWrong)) await stop(id, checks, needs);
}

/**
 * None of its mails may leave as they are. A page that was missing may be back: it is asked for once more.
 * @returns whether it was stopped, rather than to be tried again
 */
export async function stopUnfit(id: number, { checks, url }: Unfit, needs: StopNeeds): Promise<boolean> {
  const { preflights, clock, linkAnswers } = needs;
  const answer = url ? await linkAnswers(url) : undefined;
  if (url && answer) await preflights.remember([{ url, ...answer }], clock.now());
  if (answer && !answer.gone) return false;
  await preflights.note(id, checks, clock.now());
  await stop(id, checks, needs);
  return true;
}

type StopNeeds = Pick<Needs, 'preflights' | 'clock' | 'log'> & { linkAnswers(url: string): Promise<Link> };

async function stop(
  id: number,
  checks: Check[],
  { preflights, log }: Pick<Needs, 'preflights' | 'log'>,
): Promise<void> {
  if (await preflights.stop(id, checks))
    log.error({ editionId: id, problem: inWords(checks) }, 'an edition was stopped for what was found in it');
}
