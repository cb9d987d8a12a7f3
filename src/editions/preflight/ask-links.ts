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
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, PATIENCE_MS);
  leaving.addEventListener('abort', () => over.resolve(), { once: true });
  let stopped = leaving.aborted;
  const ask = async () => {
    for (let url = waiting.shift(); url && !stopped; url = waiting.shift())
      heard.push({ url, ...(await needs.linkAnswers(url)) });
  };
  if (!stopped) await Promise.race([over.promise, Promise.all(Array.from({ length: AT_A_TIME }, ask))]);
  stopped = true;
  clearTimeout(timer);
  over.resolve();
  const asked = [...heard];
  if (asked.length > 0) await preflights.remember(asked, clock.now());
  return [...known, ...asked];
}

const SHOWN = 5;

/** @param leads what mails begin with: without it a mail is not worth sending */
export function linksCheck(urls: string[], leads: string[], answers: Answer[]): Check {
  const what = 'Links';
  if (urls.length === 0) return { what, state: 'unsure', says: 'There are none: readers cannot go on to a story.' };
  const dead = answers.filter((answer) => answer.dead);
  const lead = dead.find(({ url, gone }) => gone && leads.includes(url));
  if (lead) return { what, state: 'wrong', says: `${goneLead(lead)} ${PUT_RIGHT}` };
  if (dead.length > 0) {
    const told = dead.slice(0, SHOWN).map(({ url, says }) => `${url.slice(0, 120)} ${says}`);
    const rest = dead.length > SHOWN ? ` And ${dead.length - SHOWN} more.` : '';
    return { what, state: 'unsure', says: `${told.join('. ')}.${rest}` };
  }
  if (answers.length < urls.length)
    return { what, state: 'unsure', says: `Only ${answers.length} of ${urls.length} have answered in time.` };
  return { what, state: 'ok', says: urls.length === 1 ? 'It answers.' : `All ${urls.length} answer.` };
}

export const goneLead = ({ url, says }: Answer): string => `The lead story’s address ${url.slice(0, 200)} ${says}.`;
export const PUT_RIGHT = 'Correct or withdraw the article, or bring its page back.';
