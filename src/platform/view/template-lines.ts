import { Tokenizer, TokenKind } from 'liquidjs';
import type { Mistake, MjmlError } from './template-mistakes.ts';

/** Two characters that no alphabet uses (Unicode's private use area). */
const MARK = /\uE0F0(\d+)\.(\d+)\uE0F1/g;

/**
 * MJML knows only lines of what was printed. Printed once more, each line of a template says where it stands.
 * @param print prints the mail from templates as it sees them
 */
export async function placed(
  errors: MjmlError[],
  mjml: string,
  file: string,
  print: (seen: (text: string, file: string) => string) => Promise<string>,
): Promise<Mistake[]> {
  const files: string[] = [];
  const marked = await print((text, from) => withMarks(text, files.push(from) - 1)).catch(() => '');
  // What a template does may depend on what it printed: then the lines are not the same.
  const same = marked.replaceAll(MARK, '') === mjml;
  const lines = same ? marked.split('\n') : [];
  return errors.map((error) => {
    const found = same && placeOf(error, lines);
    const says = error.message.includes(error.tagName) ? error.message : `${error.tagName}: ${error.message}`;
    return found
      ? { file: files[found.file] ?? file, line: found.line, says }
      : { file, says: error.line ? `${says} (line ${error.line} of what it prints)` : says };
  });
}

function withMarks(text: string, file: number): string {
  let [marked, end] = ['', 0];
  for (const token of new Tokenizer(text).readTopLevelTokens()) {
    if (token.kind !== TokenKind.HTML) continue;
    const above = text.slice(0, token.begin).split('\n').length;
    // Blanks stay at the edges, where Liquid may trim them.
    const words = text.slice(token.begin, token.end).replace(/\S[^\n]*/g, (line, at: number, whole: string) => {
      return `\uE0F0${file}.${above + whole.slice(0, at).split('\n').length - 1}\uE0F1${line}`;
    });
    marked += text.slice(end, token.begin) + words;
    end = token.end;
  }
  return marked + text.slice(end);
}

interface Place {
  file: number;
  line: number;
}

/** Of the templates that wrote this line, the one that wrote the tag. */
function placeOf({ line, tagName }: MjmlError, lines: string[]): Place | undefined {
  const before = lines.slice(0, line - 1).findLast((text) => text.search(MARK) >= 0);
  const parts = partsOf(lines[line - 1] ?? '');
  return (
    parts.find(({ text }) => text.includes(`<${tagName}`))?.place ??
    parts.find(({ place }) => place)?.place ??
    partsOf(before ?? '').at(-1)?.place
  );
}

function partsOf(line: string): { place?: Place; text: string }[] {
  const marks = [...line.matchAll(MARK)];
  return marks.map(({ 0: mark, 1: file, 2: at, index }, n) => ({
    place: { file: Number(file), line: Number(at) },
    text: line.slice(index + mark.length, marks[n + 1]?.index),
  }));
}
