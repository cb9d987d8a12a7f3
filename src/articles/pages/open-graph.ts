import { type Metas, metaOf, metasNamed } from './metas.ts';
import { nothing, type Picture, type Said } from './said.ts';

/** https://ogp.me, with the misspellings that are common. */
export function openGraphOf(metas: Metas): Said {
  return {
    ...nothing,
    headline: metaOf(metas, 'og:title'),
    standfirst: metaOf(metas, 'og:description'),
    authors: metasNamed(metas, 'article:author', 'og:article:author', 'og:author', 'article:author:name'),
    published: metaOf(
      metas,
      ...['article:published_time', 'og:article:published_time', 'og:published_time', 'article:published'],
      ...['og:pubdate', 'og:publish_date', 'article.published', 'og:article:published'],
    ),
    modified: metaOf(
      metas,
      ...['article:modified_time', 'og:article:modified_time', 'og:modified_time', 'article:modified'],
      ...['og:updated_time', 'article.updated'],
    ),
    section: metaOf(metas, 'article:section', 'og:article:section'),
    pictures: picturesOf(metas),
    url: metaOf(metas, 'og:url'),
    site: metaOf(metas, 'og:site_name', 'og:sitename'),
    language: metaOf(metas, 'og:locale').replace('_', '-'),
  };
}

/** https://developer.x.com/en/docs/x-for-websites/cards: names and dates stand there as rows of a table. */
export function twitterOf(metas: Metas): Said {
  const url = metaOf(metas, 'twitter:image', 'twitter:image:src', 'twitter:image0');
  const alt = metaOf(metas, 'twitter:image:alt');
  const row = (label: RegExp) => {
    const found = metas.find(({ name, content }) => /^twitter:label\d$/.test(name) && label.test(content));
    return found ? metaOf(metas, found.name.replace('label', 'data')) : '';
  };
  const author = row(/^(written )?by$|^author$|^verfasst von$|^écrit par$|^escrito por$|^scritto da$/i);
  return {
    ...nothing,
    headline: metaOf(metas, 'twitter:title'),
    standfirst: metaOf(metas, 'twitter:description'),
    authors: author ? [author] : [],
    published: row(/^(published|posted)( on)?$/i),
    pictures: url ? [{ url, ...(alt && { alt }) }] : [],
  };
}

const PIXELS = 100_000;

/** `og:image` begins a picture; what follows it is about that one. */
function picturesOf(metas: Metas): Picture[] {
  const pictures: Picture[] = [];
  for (const { name, content } of metas) {
    const last = pictures.at(-1);
    const [, part] = /^og:image:(url|secure_url|alt|width|height)$/.exec(name) ?? [];
    if (name === 'og:image' || (part === 'url' && !last) || (part === 'secure_url' && !last))
      pictures.push({ url: content });
    else if (part === 'alt' && last) last.alt ??= content;
    else if ((part === 'width' || part === 'height') && last) {
      const pixels = Number.parseInt(content, 10);
      if (pixels > 0 && pixels < PIXELS) last[part] ??= pixels;
    }
  }
  return pictures;
}
