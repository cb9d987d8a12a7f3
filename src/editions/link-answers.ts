import { messageOf } from '../kernel/errors.ts';
import type { Fetcher } from '../platform/fetch/guarded-fetch.ts';

/** What a reader who follows a link would find. */
export interface Link {
  dead: boolean;
  /** The server says that there is no such page; one that is merely out of order may be back by breakfast. */
  gone: boolean;
  says: string;
}

const MB = 1024 * 1024;

/** A page that only bots are kept from is there for readers. */
const forReadersOnly = [401, 402, 403, 429, 451];
const nowhere = [404, 410];

export async function linkAnswers(url: string, { fetcher }: { fetcher: Fetcher }): Promise<Link> {
  try {
    const { status } = await fetcher.fetch(url, { accept: '*/*', maxBytes: 5 * MB });
    const dead = status >= 400 && !forReadersOnly.includes(status);
    return { dead, gone: nowhere.includes(status), says: `answers ${status}` };
  } catch (error) {
    return { dead: true, gone: false, says: `does not answer: ${messageOf(error).replace(/\.$/, '')}` };
  }
}
