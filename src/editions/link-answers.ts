import { messageOf } from '../kernel/errors.ts';
import type { Fetcher } from '../platform/fetch/guarded-fetch.ts';

/** What a reader who follows a link would find. */
export interface Link {
  dead: boolean;
  says: string;
}

const MB = 1024 * 1024;

/** A page that only bots are kept from is there for readers. */
const forReadersOnly = [401, 402, 403, 429, 451];

export async function linkAnswers(url: string, { fetcher }: { fetcher: Fetcher }): Promise<Link> {
  try {
    const { status } = await fetcher.fetch(url, { accept: '*/*', maxBytes: 5 * MB });
    return { dead: status >= 400 && !forReadersOnly.includes(status), says: `answers ${status}` };
  } catch (error) {
    return { dead: true, says: `does not answer: ${messageOf(error).replace(/\.$/, '')}` };
  }
}
