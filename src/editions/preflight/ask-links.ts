import { once } from 'node:events';
import type { Link } from '../link-answers.ts';
import type { Check } from './check.ts';
import type { Answer, PreflightStore } from './preflight-store.ts';

interface Needs {
  preflights: Pick<PreflightStore, 'answers' | 'remember'>;
  linkAnswers(url: string): Promise<Link>;
  clock: { now(): Date };
  /** Fires when the process is about to stop. */
  leaving: AbortSignal;
}

/** So long an answer holds: the editions of a morning share their links. */
export const FRESH_MS = 3_600_000;
/** Most of them are on one host, the newsroom's own, which has readers to serve at this hour. */
const AT_A_TIME = 4;
const MOST = 100;
const PATIENCE_MS = 60_000;

/** What these addresses answer; those that have not in a minute, or were too many, are not in it. */
export async function askLinks(urls: string[], needs: Needs): Promise<Answer[]> {
  const { preflights, clock, leaving } = needs;
  const wanted = [...new Set(urls)].slice(0, MOST);
  const known = await preflights.answers(wanted, new Date(clock.now().getTime() - FRESH_MS));
  const waiting = wanted.filter((url) => !known.some((answer) => answer.url === url));
  const heard: Answer[] = [];
  const over = AbortSignal.any([leaving, AbortSignal.timeout(PATIENCE_MS)]);
  const ask = async () => {
    for (let url = waiting.shift(); url && !over.aborted; url = waiting.shift())
      heard.push({ url, ...(await needs.linkAnswers(url)) });
  };
  if (!over.aborted) await Promise.race([once(over, 'abort'), Promise.all(Array.from({ length: AT_A_TIME }, ask))]);
  const asked = [...heard];
  if (asked.length > 0) await preflights.remember(asked, clock.now());
  return [...known, ...asked];
}

const SHOWN = 5;
const PUT_RIGHT = 'Correct or withdraw the article, or bring its page back.';

/** @param leads what mails begin with: without it a mail is not worth sending */
export function linksCheck(urls: string[], leads: string[], answers: Answer[]): Check {
  const what = 'Links';
  if (urls.length === 0) return { what, state: 'unsure', says: 'There are none: readers cannot go on to a story.' };
  const dead = answers.filter((answer) => answer.dead);
  const lead = dead.find(({ url, gone }) => gone && leads.includes(url));
  if (lead)
    return {
      what,
      state: 'wrong',
      says: `The lead story’s address ${lead.url.slice(0, 200)} ${lead.says}. ${PUT_RIGHT}`,
    };
  if (dead.length > 0) {
    const told = dead.slice(0, SHOWN).map(({ url, says }) => `${url.slice(0, 120)} ${says}`);
    const rest = dead.length > SHOWN ? ` And ${dead.length - SHOWN} more.` : '';
    return { what, state: 'unsure', says: `${told.join('. ')}.${rest}` };
  }
  if (answers.length < urls.length)
    return { what, state: 'unsure', says: `Only ${answers.length} of ${urls.length} have answered in time.` };
  return { what, state: 'ok', says: urls.length === 1 ? 'It answers.' : `All ${urls.length} answer.` };
}
