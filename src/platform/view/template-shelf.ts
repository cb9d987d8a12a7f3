import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LiquidOptions } from 'liquidjs';
import type { OwnTemplates } from './own-templates.ts';

const NAME = /^[a-z0-9-]+\.(liquid|mjml|txt)$/;

/**
 * Where Liquid looks for mails and partials when the newsroom has its own: among theirs, then among ours, by name alone.
 * Whatever else a template asks for is not there.
 * @param seen a template as Liquid is to see it
 */
export function templateShelf(
  own: OwnTemplates,
  templates: string,
  seen = (text: string, _file: string) => text,
): NonNullable<LiquidOptions['fs']> {
  const ours = ['emails', 'partials'].flatMap((kind) =>
    readdirSync(path.join(templates, kind)).map((name) => path.join(templates, kind, name)),
  );
  const theirs = new Map([...own.files.values()].map((file) => [file.path, file.text]));
  const known = new Set([...theirs.keys(), ...ours]);
  const read = async (file: string): Promise<string> => seen(theirs.get(file) ?? (await readFile(file, 'utf8')), file);
  return {
    resolve: (folder, file, ending) => {
      const name = path.extname(file) === '' ? `${file}${ending}` : file;
      if (!NAME.test(name)) return '';
      return own.files.get(`${path.basename(folder)}/${name}`)?.path ?? path.join(folder, name);
    },
    exists: async (file) => known.has(file),
    existsSync: (file) => known.has(file),
    readFile: read,
    readFileSync: () => {
      throw new Error('mails are laid out asynchronously');
    },
  };
}
