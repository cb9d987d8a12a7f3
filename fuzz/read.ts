import { feedRecord } from '../src/articles/score/feed-record.ts';
import { pageRecord } from '../src/articles/score/page-record.ts';
import { cleanLine, plainText, standfirstOf } from '../src/articles/text/clean.ts';
import { truncate } from '../src/articles/text/truncate.ts';
import type { Kind } from './seeds.ts';

const beside = { url: 'https://newspaper.example/2026/story?id=1', zone: 'Europe/London' };

/** What Daybreak makes of a document. */
export const readers: Record<Kind, (body: Buffer) => unknown> = {
  feeds: (body) => feedRecord(body, beside),
  pages: (body) => pageRecord(body, beside),
  text: (body) => readText(body.toString()),
};

function readText(given: string) {
  const clean = cleanLine(given);
  if (cleanLine(clean) !== clean) throw new Error('cleaning twice is not the same as once');
  const cut = truncate(clean, 80);
  if (truncate(cut, 80) !== cut || cut.length > clean.length) throw new Error('a cut text was cut again, or grew');
  return { title: truncate(clean), cut, summary: standfirstOf(given), headline: truncate(plainText(given)) };
}
