import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../kernel/errors.ts';
import { webUrl } from '../article.ts';
import { isZone } from '../text/dates/zones.ts';
import type { Beside } from './beside.ts';
import { feedRecord } from './feed-record.ts';
import { pageRecord } from './page-record.ts';

export const kinds = { feeds: feedRecord, pages: pageRecord };
export type Kind = keyof typeof kinds;

const BESIDE = /\.(url|zone)$/;
const UNKNOWN: Beside = { url: 'https://newspaper.example/', zone: 'UTC' };

/** One line of JSON for each file of a folder, by name: what the readers of feeds or of pages made of it. Nothing is fetched. */
export async function* scoreFolder(kind: Kind, folder: string): AsyncGenerator<string> {
  const names = (await readdir(folder)).filter((name) => !BESIDE.test(name) && !name.startsWith('.')).toSorted();
  for (const file of names) {
    const place = path.join(folder, file);
    // A link that leads nowhere is a file that cannot be read.
    const found = await stat(place).catch(() => undefined);
    if (found && !found.isFile()) continue;
    yield JSON.stringify({ file, ...(await recordOf(kind, place)) });
  }
}

async function recordOf(kind: Kind, file: string): Promise<object> {
  try {
    const [body, url, zone] = await Promise.all([readFile(file), besideOf(file, 'url'), besideOf(file, 'zone')]);
    if (!webUrl.safeParse(url).success) throw new Error('The address beside it is no http:// or https:// address.');
    if (!isZone(zone)) throw new Error('The time zone beside it is no IANA name such as Europe/London.');
    return { ok: true, ...kinds[kind](body, { url, zone }) };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** `front.html.url`, or `front.url`. */
async function besideOf(file: string, kind: keyof Beside): Promise<string> {
  const { dir, name } = path.parse(file);
  for (const candidate of [`${file}.${kind}`, path.join(dir, `${name}.${kind}`)]) {
    const text = await readFile(candidate, 'utf8').catch(() => '');
    if (text.trim()) return text.trim();
  }
  return UNKNOWN[kind];
}
