import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../kernel/errors.ts';
import type { Beside } from './beside.ts';
import { feedRecord } from './feed-record.ts';
import { pageRecord } from './page-record.ts';

export const kinds = { feeds: feedRecord, pages: pageRecord };
export type Kind = keyof typeof kinds;

const BESIDE = /\.(url|zone)$/;
const UNKNOWN: Beside = { url: 'https://newspaper.example/', zone: 'UTC' };

/** One line of JSON for each file of a folder, by name: what the readers of feeds or of pages made of it. Nothing is fetched. */
export async function* scoreFolder(kind: Kind, folder: string): AsyncGenerator<string> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !BESIDE.test(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
  for (const file of names) yield JSON.stringify({ file, ...(await recordOf(kind, path.join(folder, file))) });
}

async function recordOf(kind: Kind, file: string): Promise<object> {
  try {
    const [body, url, zone] = await Promise.all([readFile(file), besideOf(file, 'url'), besideOf(file, 'zone')]);
    return { ok: true, ...kinds[kind](body, { url: url || UNKNOWN.url, zone: zone || UNKNOWN.zone }) };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** `front.html.url`, or `front.url`. */
async function besideOf(file: string, kind: 'url' | 'zone'): Promise<string> {
  const { dir, name } = path.parse(file);
  for (const candidate of [`${file}.${kind}`, path.join(dir, `${name}.${kind}`)]) {
    const text = await readFile(candidate, 'utf8').catch(() => '');
    if (text.trim()) return text.trim();
  }
  return '';
}
