import type { Article } from './article.ts';

/** As the API shows it. */
export const articleJson = (a: Article, slugs: Map<number, string>) => ({
  id: a.id,
  url: a.url,
  headline: a.headline,
  standfirst: a.standfirst,
  byline: a.byline,
  topics: a.topicIds.flatMap((id) => slugs.get(id) ?? []),
  image_url: a.imageUrl,
  image_alt: a.imageAlt,
  published_at: a.publishedAt,
  publish_after: a.publishAfter,
  revision: a.revision,
  revised_at: a.revisedAt,
  correction_note: a.correctionNote,
  withdrawn_at: a.withdrawnAt,
});
