import { messageOf } from '../../kernel/errors.ts';
import { about, type Finding } from './finding.ts';

const PATIENCE_MS = 5000;

/** Opens the address as a scanner would. It is never posted to: that would unsubscribe somebody. */
export async function checkOneClick(url: string | undefined): Promise<Finding> {
  const { ok, wrong } = about('One-click address', '');
  if (!url) return wrong('The mail names none. That is a fault of Daybreak’s: please report it.');
  const { origin } = new URL(url);
  try {
    const answer = await fetch(url, {
      ...{ redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS), headers: { Accept: 'text/html' } },
    });
    const page = await answer.text();
    if (answer.status !== 200)
      return wrong(
        `${origin} answers ${answer.status} instead of showing the page. Look at the proxy in front, and at BASE_URL.`,
      );
    if (!/<form[^>]*method="post"/i.test(page))
      return wrong(`${origin} shows another page than ours. Look at the proxy in front, and at BASE_URL.`);
    return ok('Opening it shows a page with a button, and changes nothing.');
  } catch (error) {
    return wrong(
      `${origin} cannot be reached from here (${reasonOf(error)}). Look at BASE_URL, its DNS and its certificate.`,
    );
  }
}

const reasonOf = (error: unknown): string => {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return messageOf(cause ?? error).slice(0, 200);
};
