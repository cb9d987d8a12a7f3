import { localeFor } from '../kernel/language.ts';
import type { Messages } from '../platform/view/messages.ts';
import type { ArchivedIssue } from './archive-issues.ts';
import type { Content } from './archive-store.ts';
import { archiveUrl, listUrl, titleOf } from './archive-view.ts';

interface Feed {
  /** The newsletter's, or the newsroom's. */
  name: string;
  newsroom: string;
  /** Where its editions are listed. */
  place: string;
  locale: string;
  baseUrl: string;
  say: Messages['say'];
}

/**
 * Atom (RFC 4287), each entry with all that its issue told. An entry keeps its id while the issue goes from zone to zone;
 * `updated` moves when it does and when an article is put right: readers' programs then show it anew.
 */
export function archiveFeed(issues: ArchivedIssue[], contents: Content[], feed: Feed): string {
  const { name, newsroom, place } = feed;
  const told = new Map(contents.map((content) => [content.id, content]));
  const entries = issues.map((issue) => entry(issue, told.get(issue.edition.id), feed));
  const updated = new Date(Math.max(0, ...issues.map((issue) => +issue.updated)));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${feed.locale}"><id>${place}</id><title>${escapeXml(name)}</title>
<author><name>${escapeXml(newsroom)}</name></author>
<link rel="alternate" type="text/html" href="${place}"/>
<link rel="self" type="application/atom+xml" href="${place}/feed.xml"/><updated>${updated.toISOString()}</updated>
${entries.join('\n')}
</feed>
`;
}

function entry({ edition, name, first, updated }: ArchivedIssue, content: Content | undefined, feed: Feed): string {
  const { locale, baseUrl, say } = feed;
  const url = archiveUrl(edition, baseUrl);
  const id = name ? `${listUrl(edition.newsletter, baseUrl)}#${name}` : url;
  const language = localeFor(locale, edition.language);
  const html = content ? htmlOf(content, (key, values) => say(language, key, values)) : '';
  return [
    `<entry xml:lang="${language}"><id>${id}</id><title>${escapeXml(titleOf(edition))}</title>`,
    `<link rel="alternate" type="text/html" href="${url}"/>`,
    `<published>${first.toISOString()}</published><updated>${updated.toISOString()}</updated>`,
    `<category term="${edition.newsletter}" label="${escapeXml(edition.newsletterName)}"/>`,
    edition.summary && `<summary>${escapeXml(edition.summary)}</summary>`,
    html && `<content type="html">${escapeXml(html)}</content>`,
    '</entry>',
  ]
    .filter(Boolean)
    .join('\n');
}

/** What was told, without the mail's layout: readers' programs have their own. */
function htmlOf(
  { body, url, stories }: Content,
  say: (key: string, values?: Record<string, string>) => string,
): string {
  const words = body.split(/(?:\r?\n[ \t]*){2,}/).filter(Boolean);
  return [
    ...words.map((paragraph) => `<p dir="auto">${escapeXml(paragraph)}</p>`),
    url && `<p><a href="${escapeXml(url)}">${escapeXml(say('alert.read'))}</a></p>`,
    ...stories.flatMap(({ headline, standfirst, url: link, correctionNote: note }) => [
      `<h2 dir="auto"><a href="${escapeXml(link)}">${escapeXml(headline)}</a></h2>`,
      standfirst && `<p dir="auto">${escapeXml(standfirst)}</p>`,
      note && `<p dir="auto"><b>${escapeXml(say('digest.correction'))}</b> ${escapeXml(note)}</p>`,
    ]),
  ]
    .filter(Boolean)
    .join('\n');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string =>
  text
    // XML 1.0 has no place for these, not even as references.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .toWellFormed()
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
