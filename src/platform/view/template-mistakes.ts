import { LiquidError } from 'liquidjs';
import { DomainError, messageOf } from '../../kernel/errors.ts';
import { LIMITS } from './template-limits.ts';

export interface Mistake {
  file: string;
  line?: number | undefined;
  says: string;
}

const MOST = 50;
const TOO_MUCH = /^(template render|memory alloc) limit exceeded$/;

/** A newsroom's own templates cannot be used as they are; what is wrong is told file by file, line by line. */
export class TemplatesBroken extends DomainError {
  readonly mistakes: Mistake[];

  constructor(mistakes: Mistake[]) {
    const lines = [...new Set(mistakes.map(inWords))];
    const more = lines.length > MOST ? [`and ${lines.length - MOST} more`] : [];
    const list = [...lines.slice(0, MOST), ...more].join('\n  ');
    super('broken-templates', 'unavailable', `The templates in TEMPLATES_DIR cannot be used:\n  ${list}`);
    this.mistakes = mistakes;
  }
}

const inWords = ({ file, line, says }: Mistake): string => `${file}${line ? `:${line}` : ''}: ${says}`;

/** @param file where it was met, for what Liquid knows no place of */
export function liquidMistakes(error: unknown, file: string): Mistake[] {
  if (!LiquidError.is(error)) return [{ file, says: plainly(messageOf(error)) }];
  const { errors = [], token } = error as LiquidError & { errors?: unknown[] };
  if (errors.length > 0) return errors.flatMap((one) => liquidMistakes(one, file));
  const [line] = token.getPosition();
  return [{ file: token.file ?? file, line, says: plainly(error.message.replace(PLACE, '')) }];
}

/** What Liquid says when a template asks for more than it may. */
const WORDS: [RegExp, string][] = [
  [/^ENOENT: Failed to lookup ("[\s\S]*") in "[\s\S]*"$/, 'there is no partial $1'],
  [TOO_MUCH, `it takes longer than ${LIMITS.renderLimit} ms, or makes more than ${LIMITS.memoryLimit} characters`],
];

const plainly = (message: string): string =>
  WORDS.reduce((words, [theirs, ours]) => words.replace(theirs, ours), message);

/** Liquid's own words for it end with the place. */
const PLACE = /(?:, file:[^\n]*)?, line:\d+, col:\d+$/;

export interface MjmlError {
  /** 0 for all of it. */
  line: number;
  tagName: string;
  message: string;
}

/** What MJML says of what was printed; it passes over tags that are left open, and drops what stands behind them. */
export function mjmlErrors(error: unknown): MjmlError[] {
  const { errors } = error as { errors?: MjmlError[] };
  return errors ?? [{ line: 0, tagName: 'mjml', message: messageOf(error) }];
}

const TAG = /<!--[\s\S]*?-->|<(\/?)(mjml|mj-[a-z-]+)(?=[\s/>])(?:[^>"']|"[^"]*"|'[^']*')*>/g;

export function openTags(mjml: string): MjmlError[] {
  const open: { tagName: string; at: number }[] = [];
  const lineOf = (at: number) => mjml.slice(0, at).split('\n').length;
  for (const { 0: tag, 1: closes, 2: tagName, index: at } of mjml.matchAll(TAG)) {
    if (!tagName || (!closes && tag.endsWith('/>'))) continue;
    if (!closes) open.push({ tagName, at });
    else if (open.at(-1)?.tagName === tagName) open.pop();
    else
      return [{ line: lineOf(at), tagName: `/${tagName}`, message: `</${tagName}> closes no tag that is open here` }];
  }
  return open.map(({ tagName, at }) => ({ line: lineOf(at), tagName, message: `<${tagName}> is never closed` }));
}
