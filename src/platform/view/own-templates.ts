import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../kernel/errors.ts';
import { type Mistake, TemplatesBroken } from './template-mistakes.ts';

/** Ours. */
export const TEMPLATES = path.join(import.meta.dirname, '../../../templates');

/** What a newsroom lays before ours. Read once, at start: what a mail looks like does not change while it goes out. */
export interface OwnTemplates {
  folder: string;
  /** By the names ours have, such as `emails/digest.mjml` and `partials/email-footer.liquid`. */
  files: ReadonlyMap<string, OwnTemplate>;
}

interface OwnTemplate {
  path: string;
  text: string;
}

const FOLDERS = {
  emails: { name: /^[a-z0-9-]+\.(mjml|txt)$/, like: 'digest.mjml or digest.txt' },
  partials: { name: /^[a-z0-9-]+\.liquid$/, like: 'email-footer.liquid' },
} as const;
type Kind = keyof typeof FOLDERS;
/** Editors leave copies behind, and so do the systems that hand such a folder out. */
const PASSED_OVER = /^\.|~$/;
const MOST_FILES = 200;
const MOST_BYTES = 256 * 1024;

/** @throws TemplatesBroken with everything that is wrong with the folder */
export function readOwnTemplates(folder: string): OwnTemplates {
  const mistakes: Mistake[] = [];
  const files = new Map<string, OwnTemplate>();
  for (const [kind, name] of namesIn(folder)) {
    const file = path.join(folder, kind, name);
    try {
      files.set(`${kind}/${name}`, { path: file, text: readInside(folder, kind, name) });
    } catch (error) {
      mistakes.push({ file, says: messageOf(error) });
    }
  }
  if (mistakes.length > 0) throw new TemplatesBroken(mistakes);
  return { folder, files };
}

function namesIn(folder: string): [Kind, string][] {
  try {
    const there = readdirSync(folder);
    const names = (['emails', 'partials'] as const)
      .filter((kind) => there.includes(kind))
      .flatMap((kind) => readdirSync(path.join(folder, kind)).map((name): [Kind, string] => [kind, name]))
      .filter(([, name]) => !PASSED_OVER.test(name));
    if (names.length === 0) throw new Error('there is no template in `emails` or `partials`: unset TEMPLATES_DIR');
    if (names.length > MOST_FILES) throw new Error(`it holds ${names.length} files: ${MOST_FILES} at most are read`);
    return names;
  } catch (error) {
    throw new TemplatesBroken([{ file: folder, says: messageOf(error) }]);
  }
}

/** Links may point about inside the folder, as Kubernetes hands it out; not out of it. */
function readInside(folder: string, kind: Kind, name: string): string {
  const { name: rule, like } = FOLDERS[kind];
  if (!rule.test(name)) throw new Error(`no template has such a name: they are called like ${like}`);
  if (kind === 'emails' && !mailFiles().includes(name))
    throw new Error(`there is no mail of this name. There are ${mailNames().join(', ')}`);
  const real = realpathSync(path.join(folder, kind, name));
  if (!real.startsWith(`${realpathSync(folder)}${path.sep}`)) throw new Error('it leads out of TEMPLATES_DIR');
  // Opened without waiting: a pipe in its place would have no end.
  const opened = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(opened);
    if (!stat.isFile()) throw new Error('it is no file');
    if (stat.size > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES / 1024} kB`);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(opened));
  } finally {
    closeSync(opened);
  }
}

const mailFiles = (): string[] => readdirSync(path.join(TEMPLATES, 'emails'));

export const mailNames = (): string[] =>
  mailFiles()
    .filter((name) => name.endsWith('.mjml'))
    .map((name) => path.basename(name, '.mjml'));
