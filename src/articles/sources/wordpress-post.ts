import { z } from 'zod';
import { HEADLINE_LIMIT, webUrl } from '../article.ts';
import type { Dropped, FeedItem } from '../feeds/feed-item.ts';
import { plainText, standfirstOf } from '../text/clean.ts';
import { instantOf } from '../text/instant.ts';
import { truncate } from '../text/truncate.ts';

/** Sites change what their API says with filters and plugins: whatever is not as it should be is as if it were missing. */
const lenient = <S extends z.ZodType>(schema: S) => schema.optional().catch(undefined);
const text = lenient(z.string());
const rendered = lenient(z.object({ rendered: text, protected: lenient(z.boolean()) }));
const size = lenient(z.object({ source_url: text }));
const sizes = lenient(z.object({ large: size, medium_large: size, full: size }));
const term = lenient(z.object({ name: text, slug: text, taxonomy: text }));
const listOf = <S extends z.ZodType>(schema: S) => lenient(z.array(schema));

const wire = z.object({
  id: lenient(z.int().positive()),
  guid: rendered,
  date_gmt: text,
  modified_gmt: text,
  status: text,
  link: text,
  title: rendered,
  excerpt: rendered,
  jetpack_featured_media_url: text,
  _embedded: lenient(
    z.object({
      author: listOf(lenient(z.object({ name: text }))),
      'wp:term': listOf(listOf(term)),
      'wp:featuredmedia': listOf(
        lenient(z.object({ source_url: text, alt_text: text, media_details: lenient(z.object({ sizes })) })),
      ),
    }),
  ),
});

export type Post = z.output<typeof wire> & { published: Date | undefined; modified: Date | undefined };

const TOPICS = ['category', 'post_tag'];
const ID_LIMIT = 500;

/** Undefined for what is no post, and for one that not everybody may read. */
export function postOf(entry: unknown): Post | undefined {
  const post = wire.safeParse(entry).data;
  const open = post && (post.status ?? 'publish') === 'publish' && !post.excerpt?.protected;
  return open ? { ...post, published: utc(post.date_gmt), modified: utc(post.modified_gmt) } : undefined;
}

/** Without a zone, and in UTC all the same. A post never published says `0000-00-00`. */
const utc = (time = ''): Date | undefined => instantOf(/[Zz]$/.test(time) ? time : `${time}Z`);

export function itemOf(post: Post): FeedItem | Dropped {
  const url = webUrl.safeParse(post.link).data;
  const headline = truncate(plainText(post.title?.rendered ?? ''), HEADLINE_LIMIT);
  // The same as in its feed, and as its plugin sends: a site may change from one to the other.
  const guid = plainText(post.guid?.rendered ?? '');
  const external_id = guid.length <= ID_LIMIT ? guid : '';
  const id = external_id || post.id?.toString();
  const about = { ...(id && { id }), ...(post.link && { url: post.link }), ...(headline && { headline }) };
  if (!post.id) return { ...about, reason: 'It has no number, as every post of WordPress has.' };
  if (!url) return { ...about, reason: 'Its address is none that can be followed.' };
  if (!headline) return { ...about, reason: 'It has no headline.' };
  const byline = namesOf(post);
  return {
    ...{ url, headline, standfirst: standfirstOf(post.excerpt?.rendered ?? ''), topics: topicsOf(post) },
    ...(external_id && { external_id }),
    ...(byline && { byline }),
    ...imageOf(post),
    ...(post.published && { published_at: post.published }),
    ...(post.modified && { updated_at: post.modified }),
  };
}

const namesOf = ({ _embedded }: Post): string =>
  truncate(
    (_embedded?.author ?? [])
      .map((author) => plainText(author?.name ?? ''))
      .filter(Boolean)
      .join(', '),
  );

function topicsOf({ _embedded }: Post): string[] {
  const terms = (_embedded?.['wp:term'] ?? []).flatMap((list) => list ?? []);
  const telling = terms.filter((term) => TOPICS.includes(term?.taxonomy ?? '') && term?.slug !== 'uncategorized');
  return [...new Set(telling.map((term) => plainText(term?.name ?? '')).filter(Boolean))];
}

/** The original may be as large as a camera makes them. */
function imageOf({ _embedded, jetpack_featured_media_url: jetpack }: Post): Pick<FeedItem, 'image_url' | 'image_alt'> {
  const media = _embedded?.['wp:featuredmedia']?.[0];
  const { large, medium_large: medium } = media?.media_details?.sizes ?? {};
  const candidates = [large?.source_url, medium?.source_url, media?.source_url, jetpack];
  const image_url = candidates.map((url) => webUrl.safeParse(url).data).find((url) => url !== undefined);
  const image_alt = plainText(media?.alt_text ?? '');
  return image_url ? { image_url, ...(image_alt && { image_alt: truncate(image_alt) }) } : {};
}
