import { z } from 'zod';
import { Invalid } from '../kernel/errors.ts';

export const SHORTEST = 12;
export const LONGEST = 128;
/** Of zxcvbn's 0 to 4: safely unguessable, so long as it is stored as slowly as ours are. */
const STRONG = 3;

const passwordInput = z
  .string({ error: 'Please choose a password.' })
  .min(SHORTEST, `Use at least ${SHORTEST} characters: three or four words are easy to remember.`)
  .max(LONGEST, `Use at most ${LONGEST} characters.`);

/**
 * NIST SP 800-63B §3.1.1: length, and nothing easily guessed; no rules about kinds of characters.
 * @param known words an attacker would try first
 * @throws Invalid
 */
export async function checkPassword(typed: unknown, known: string[]): Promise<string> {
  const parsed = passwordInput.safeParse(typed);
  if (!parsed.success) throw tooWeak(parsed.error.issues[0]?.message ?? '');
  const { score, feedback } = (await guesser())(parsed.data, known);
  if (score < STRONG) throw tooWeak(feedback.warning || 'This is too easy to guess. Add another word or two.');
  return parsed.data;
}

const tooWeak = (message: string) => new Invalid([{ field: 'password', message }]);

type Guesser = (password: string, known: string[]) => { score: number; feedback: { warning?: string | null } };
let loading: Promise<Guesser> | undefined;

// Dictionaries of a megabyte, wanted a few times a year.
function guesser(): Promise<Guesser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Guesser> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  });
  return (password, known) => zxcvbn.check(password, known);
}
