import { DomainError } from '../../kernel/errors.ts';
import { type Listener, scanMarkup } from './scan-markup.ts';

export class NotAFeed extends DomainError {
  constructor(url: string, reason: string) {
    super('not-a-feed', 'invalid', `${url} is not a feed: ${reason}`);
  }
}

const LOOKED_AT = 100_000;
const TYPE = /^application\/(rss|atom|feed|rdf)\+(xml|json)$/i;

/** What somebody should do who gave the address of something else. */
export function whyNot(text: string, url: string): string {
  const start = text.trimStart().slice(0, 500);
  if (start === '') return 'the answer is empty.';
  if (/^<(!doctype html|html|head|body)\b/i.test(start)) return `it is a web page. ${feedOfPage(text, url)}`;
  if (/<(rss|feed|rdf:rdf)[\s>]/i.test(start)) return 'it begins like one but is cut off or not well-formed XML.';
  return 'give the address of an RSS, Atom, RDF or JSON feed.';
}

function feedOfPage(html: string, url: string): string {
  let href: string | undefined;
  const listener: Listener = {
    opened: (name, attributes) => {
      const isFeed =
        name === 'link' &&
        /\balternate\b/i.test(attributes.get('rel') ?? '') &&
        TYPE.test(attributes.get('type') ?? '');
      if (isFeed) href = attributes.get('href');
    },
    closed: () => {},
    said: () => {},
    enough: () => href !== undefined,
  };
  scanMarkup(html.slice(0, LOOKED_AT), listener);
  const feed = href ? URL.parse(href, url)?.href : undefined;
  return feed ? `Its feed seems to be ${feed}` : 'Look there for a link called RSS or Feed.';
}
