import { isJson } from './linked-data.ts';
import { looseJson } from './loose-json.ts';
import { type Metas, metaOf, metasNamed } from './metas.ts';
import { nothing, type Said } from './said.ts';

/** Dublin Core, Parse.ly, Sailthru, cXense, Chartbeat, citations, and what editorial systems thought of by themselves. */
export function otherMetasOf(metas: Metas): Said {
  const image = metaOf(
    metas,
    ...['parsely-image-url', 'sailthru.image.full', 'sailthru.image.thumb', 'cxenseparse:image', 'thumbnail', 'image'],
  );
  return {
    ...nothing,
    headline: metaOf(
      metas,
      'parsely-title',
      'dc.title',
      'dcterms.title',
      'sailthru.title',
      'cxenseparse:title',
      'hdl',
      'title',
    ),
    standfirst: metaOf(
      metas,
      'description',
      'dc.description',
      'dcterms.description',
      'sailthru.description',
      'dcterms.abstract',
    ),
    authors: authorsOf(metas),
    published: metaOf(
      metas,
      ...['parsely-pub-date', 'sailthru.date', 'cxenseparse:recs:publishtime', 'cxenseparse:publishtime'],
      ...[
        'dcterms.issued',
        'dc.date.issued',
        'dcterms.date',
        'dc.date',
        'dcterms.created',
        'dc.date.created',
        'dc.created',
      ],
      ...[
        'datepublished',
        'pubdate',
        'publish-date',
        'publish_date',
        'publishdate',
        'publication_date',
        'publicationdate',
      ],
      ...[
        'publication-date',
        'published',
        'published_time',
        'published-date',
        'originalpublicationdate',
        'article_date_original',
      ],
      ...['article.created', 'bt:pubdate', 'rnews:datepublished', 'displaydate', 'ptime', 'pdate', 'date_published'],
      ...[
        'citation_publication_date',
        'citation_date',
        'citation_online_date',
        'created',
        'date',
        'govuk:first-published-at',
      ],
    ),
    modified: metaOf(
      metas,
      ...[
        'dcterms.modified',
        'dc.date.modified',
        'dc.modified',
        'datemodified',
        'bt:moddate',
        'rnews:datemodified',
        'moddate',
      ],
      ...[
        'govuk:public-updated-at',
        'govuk:updated-at',
        'lastmod',
        'last_modified',
        'last-modified',
        'modified_time',
        'updated_time',
        'updated',
        'modified',
        'revised',
        'utime',
      ],
    ),
    section: metaOf(
      metas,
      'parsely-section',
      'sailthru.section',
      'cxenseparse:section',
      'section',
      'article.section',
      'dc.subject',
    ),
    pictures: image ? [{ url: image }] : [],
    site: metaOf(
      metas,
      'application-name',
      'apple-mobile-web-app-title',
      'dc.publisher',
      'dcterms.publisher',
      'publisher',
      'cre',
    ),
    language: metaOf(metas, 'content-language', 'dc.language', 'dcterms.language', 'language'),
    ...parselyPage(metas),
  };
}

/** Who is named by the first that names anybody. */
function authorsOf(metas: Metas): string[] {
  const names = [
    ...[
      'author',
      'parsely-author',
      'sailthru.author',
      'cxenseparse:author',
      'dc.creator',
      'dcterms.creator',
      'byl',
      'byline',
    ],
    ...['dc.creator.personalname', 'article.author', 'rbauthors', 'citation_author', 'authors', 'author-name'],
  ];
  const name = names.find((key) => metasNamed(metas, key).length > 0) ?? '';
  const found = metasNamed(metas, name);
  return /^(?:dc|dcterms|citation)[._]/.test(name) ? found.map(givenNameFirst) : found;
}

/** Libraries write `Lund, Karin`. */
const givenNameFirst = (name: string): string => name.replace(/^(\p{Lu}[^\s,]+),\s*(\p{Lu}\p{Ll}[^,;]*)$/u, '$2 $1');

/** The older form of Parse.ly: JSON in one attribute. */
function parselyPage(metas: Metas): Partial<Said> {
  const [page] = looseJson(metaOf(metas, 'parsely-page'));
  if (!isJson(page)) return {};
  const text = (name: string) => (typeof page[name] === 'string' ? page[name] : '');
  const authors = Array.isArray(page.authors) ? page.authors.filter((name) => typeof name === 'string') : [];
  return {
    ...(text('title') && { headline: text('title') }),
    ...(text('pub_date') && { published: text('pub_date') }),
    ...(text('section') && { section: text('section') }),
    ...(text('image_url') && { pictures: [{ url: text('image_url') }] }),
    ...(authors.length > 0 && { authors }),
  };
}
