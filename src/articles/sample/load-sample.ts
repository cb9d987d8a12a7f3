import { readFileSync } from 'node:fs';
import type { Clock } from '../../kernel/clock.ts';
import type { ArticleStore } from '../store.ts';

export interface SampleArticle {
  slug: string;
  headline: string;
  standfirst: string;
  byline: string;
  kicker: string;
  hours_ago: number;
  paragraphs: string[];
}

/** A harbour town's newspaper, made up by us: what a newcomer sees before there are articles of their own. */
export const samples = JSON.parse(readFileSync(new URL('./articles.json', import.meta.url), 'utf8')) as SampleArticle[];

const HOUR_MS = 3_600_000;

/** Fills an empty newsroom; one with any article is left alone. */
export async function loadSample(
  baseUrl: string,
  { articles, clock }: { articles: ArticleStore; clock: Clock },
): Promise<void> {
  if ((await articles.latest(1)).length > 0) return;
  const now = clock.now();
  await articles.upsert(
    samples.map((sample) => ({
      external_id: `sample-${sample.slug}`,
      url: `${baseUrl}/sample/${sample.slug}`,
      headline: sample.headline,
      standfirst: sample.standfirst,
      byline: sample.byline,
      topics: [sample.kicker.toLowerCase()],
      published_at: new Date(now.getTime() - sample.hours_ago * HOUR_MS),
    })),
    null,
    now,
  );
}
