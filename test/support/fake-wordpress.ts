import type { RequestListener } from 'node:http';

export interface FakePost {
  id: number;
  title: string;
  /** In UTC, without a zone, as WordPress writes it. */
  date: string;
  modified?: string;
  excerpt?: string | { rendered: string; protected: boolean };
  [more: string]: unknown;
}

export interface FakeSite {
  posts: FakePost[];
  asked: URL[];
  /** Before 5.7 `modified_after` was unknown. */
  old?: boolean;
  plain?: boolean;
  /** What plugins write before the answer. */
  noise?: string;
  hidesTotal?: boolean;
  status?: number;
}

/** As much of WordPress as a poll sees: its front page, its feed and its posts by REST. */
export function fakeWordPress(site: FakeSite): RequestListener {
  return (req, res) => {
    const url = new URL(req.url ?? '', `http://${req.headers.host}`);
    site.asked.push(url);
    const route = url.searchParams.get('rest_route') ?? (site.plain ? '' : url.pathname.replace(/^\/wp-json/, ''));
    if (route === '/wp/v2/posts') return answerPosts(site, url, res);
    if (route === '/' && url.searchParams.get('_fields') === 'name')
      return void res.setHeader('content-type', 'application/json').end('{"name":"The Post &amp; Herald"}');
    if (url.pathname === '/feed/') return void res.setHeader('content-type', 'application/rss+xml').end(feedOf(site));
    if (url.pathname !== '/') return void res.writeHead(404).end();
    const root = site.plain ? `${url.origin}/index.php?rest_route=/` : `${url.origin}/wp-json/`;
    res
      .setHeader('link', `<${root}>; rel="https://api.w.org/", <${url.origin}/?p=1>; rel=shortlink`)
      .setHeader('content-type', 'text/html; charset=UTF-8')
      .end(`<!DOCTYPE html><html><head><title>The Post</title>
        <link rel="alternate" type="application/rss+xml" title="The Post &raquo; Comments Feed" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" title="The Post &raquo; Feed" href="/feed/"></head></html>`);
  };
}

function answerPosts(site: FakeSite, url: URL, res: Parameters<RequestListener>[1]): void {
  if (site.status) return void res.writeHead(site.status).end('{"code":"rest_forbidden"}');
  const asked = (name: string) => url.searchParams.get(name) ?? '';
  const by = asked('orderby') === 'modified' ? changeOf : ({ date }: FakePost) => date;
  const [after, changed] = [asked('after'), site.old ? '' : asked('modified_after')].map((at) => at.replace('Z', ''));
  const posts = site.posts
    .filter((post) => (!after || post.date > after) && (!changed || changeOf(post) > changed))
    .toSorted((a, b) => by(b).localeCompare(by(a)));
  const [size, page] = [Number(asked('per_page')), Number(asked('page'))];
  const pages = Math.ceil(posts.length / size);
  if (page > Math.max(pages, 1)) return void res.writeHead(400).end('{"code":"rest_post_invalid_page_number"}');
  if (!site.hidesTotal) res.setHeader('x-wp-totalpages', String(pages));
  const shown = posts.slice((page - 1) * size, page * size).map((post) => wire(post, url.origin));
  res.setHeader('content-type', 'application/json').end((site.noise ?? '') + JSON.stringify(shown));
}

const changeOf = ({ date, modified = date }: FakePost): string => modified;

function wire({ id, title, date, modified, excerpt = '', ...more }: FakePost, origin: string) {
  return {
    ...{ id, date_gmt: date, modified_gmt: modified ?? date, status: 'publish', type: 'post' },
    guid: { rendered: `${origin}/?p=${id}` },
    link: `${origin}/news/${id}/`,
    title: { rendered: title },
    excerpt: typeof excerpt === 'string' ? { rendered: excerpt, protected: false } : excerpt,
    ...more,
  };
}

const feedOf = ({ posts }: FakeSite): string =>
  `<rss version="2.0"><channel><title>The Post</title>${posts
    .map(({ id, title }) => `<item><title>${title}</title><link>/news/${id}/</link></item>`)
    .join('')}</channel></rss>`;
