/** What a poll asks for; everything else in the address is the site's, or whoever added it wants only some posts. */
const OURS = ['_embed', '_fields', 'per_page', 'page', 'order', 'orderby', 'after', 'modified_after'];

const POSTS = 'wp/v2/posts';
const LONGEST_PAGE = 100;

/** The posts of a site, by the root of its REST API: `…/wp-json/`, or `…/?rest_route=/` where addresses are plain. */
export function postsOf(root: string): string {
  const url = new URL(root);
  const route = url.searchParams.get('rest_route');
  if (route === null) return new URL(`${url.pathname.replace(/\/*$/, '/')}${POSTS}`, url).href;
  url.searchParams.set('rest_route', `${route.replace(/\/*$/, '/')}${POSTS}`);
  return withReadableRoute(url);
}

/** The collection of posts that an address names, when it names one: `…/wp/v2/posts`, with filters or without. */
export function collectionOf(address: string): string | undefined {
  const url = URL.parse(address);
  if (!url) return undefined;
  const route = url.searchParams.get('rest_route') ?? url.pathname;
  if (!/\/wp\/v2\/[\w-]+\/?$/.test(route)) return undefined;
  for (const name of OURS) url.searchParams.delete(name);
  url.hash = '';
  return withReadableRoute(url);
}

/** What tells a site's name, by its posts. */
export const nameAt = (collection: string): string => {
  const url = new URL(collection.replace(/wp\/v2\/[\w-]+\/?/, ''));
  for (const name of [...url.searchParams.keys()]) if (name !== 'rest_route') url.searchParams.delete(name);
  url.searchParams.set('_fields', 'name');
  return withReadableRoute(url);
};

export interface Asked {
  order: 'date' | 'modified';
  /** By that order's date. */
  after: Date | null;
  page: number;
}

/** The address of one page of posts, newest first, with authors, terms and images in it. */
export function pageOfPosts(collection: string, { order, after, page }: Asked): string {
  const url = new URL(collection);
  const set = (name: string, value: string) => url.searchParams.set(name, value);
  set('_embed', 'author,wp:term,wp:featuredmedia');
  // Without their whole text. `_embedded` needs `_links` to be asked for too.
  set('_fields', FIELDS);
  set('per_page', String(LONGEST_PAGE));
  set('page', String(page));
  set('orderby', order);
  set('order', 'desc');
  if (after) set(order === 'date' ? 'after' : 'modified_after', `${after.toISOString().slice(0, 19)}Z`);
  return withReadableRoute(url);
}

export const FULL_PAGE = LONGEST_PAGE;
const FIELDS = 'id,guid,date_gmt,modified_gmt,status,link,title,excerpt,jetpack_featured_media_url,_links,_embedded';

/** Some servers do not decode the slashes of `rest_route=%2Fwp%2Fv2`. */
const withReadableRoute = ({ href }: URL): string =>
  href.replace(/([?&]rest_route=)([^&]*)/, (_, name: string, route: string) => name + route.replaceAll('%2F', '/'));
