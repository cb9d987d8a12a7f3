import { HEADLINE_LIMIT } from '../article.ts';
import { cleanLine, summaryOf } from '../text/clean.ts';
import { isZone } from '../text/dates/zones.ts';
import { decodeText } from '../text/decode.ts';
import { truncate } from '../text/truncate.ts';
import { baseOf } from './addresses.ts';
import { canonicalOf } from './canonical.ts';
import { customOf, dateOf, dayInAddress, isPastAt } from './dates.ts';
import { headlineOf, siteNameOf } from './headline.ts';
import { embargoOf, isLocked, isNoindex } from './marks.ts';
import { namesIn } from './names.ts';
import { outlineOf } from './outline.ts';
import { NothingToRead, type Page } from './page.ts';
import { altOf, pictureOf, shownPictures } from './pictures.ts';
import { relatedOf } from './related.ts';
import { firstOf, type Said } from './said.ts';
import { visibleDates } from './visible-dates.ts';
import { visibleByline, visibleStandfirst } from './visible-words.ts';
import { voicesOf } from './voices.ts';

export interface Reading {
  contentType?: string;
  /** IANA, for times that name none. */
  zone?: string;
  now: Date;
}

const LINE_LIMIT = 300;

/**
 * What a page says about the article on it: JSON-LD first, since it is written for machines, then OpenGraph, and so on
 * down to what people see.
 * @throws NothingToRead without a headline
 */
export function readPage(html: string | Buffer, url: string, { contentType = '', zone = 'UTC', now }: Reading): Page {
  const outline = outlineOf(typeof html === 'string' ? html : decodeText(html, contentType));
  const voices = voicesOf(outline, url);
  const base = baseOf(outline, url);
  const { said, metas, linked } = voices;
  const headline = headlineOf(voices, url);
  if (!headline) throw new NothingToRead(url);

  const lines = voices.linesNear(headline);
  const language = firstOf(...[voices.language, ...said.map((voice) => voice.language)].map(languageIn));
  const custom = customOf(language, isZone(zone) ? zone : 'UTC');
  const seen = visibleDates(lines, custom, language, isPastAt(now));
  const published = dateOf(
    [...said.map((voice) => voice.published), voices.time('published'), seen.published, dayInAddress(url)],
    custom,
    now,
  );
  const modified = dateOf(
    [...said.map((voice) => voice.modified), voices.time('modified'), seen.modified],
    custom,
    now,
  );
  const byline = bylineOf(said, language) || visibleByline(outline, voices.asides, lines, custom, language).join(', ');
  const picture = pictureOf(
    [...said.flatMap(({ pictures }) => pictures), ...shownPictures(outline, voices.asides)],
    base,
  );
  const alt = picture && firstOf(picture.alt ?? '', altOf(outline, picture.url));
  const site = siteNameOf(voices, headline, url);
  const section = firstOf(...said.map((voice) => voice.section));
  const embargo = embargoOf(metas, lines, custom, now);
  return {
    headline: lineOf(headline, HEADLINE_LIMIT),
    standfirst: standfirstOf(said, headline) || lineOf(visibleStandfirst(lines, custom, language)),
    ...(byline && { byline: lineOf(byline) }),
    ...(published && { published_at: published }),
    ...(modified && { modified_at: modified }),
    ...(section && { section: lineOf(section) }),
    ...(picture && { image_url: picture.url }),
    ...(alt && { image_alt: lineOf(alt) }),
    ...(picture?.width && picture.height && { image_size: { width: picture.width, height: picture.height } }),
    canonical_url: canonicalOf(
      outline,
      said.map((voice) => voice.url),
      url,
    ),
    ...(site && { site: lineOf(site) }),
    ...(language && { language }),
    related: relatedOf(outline, linked.related, { url, base }),
    paywall: linked.paywall || isLocked(metas),
    noindex: isNoindex(metas),
    ...(embargo && { embargo }),
  };
}

/** Whoever said it, and however: one line, and not too long. */
const lineOf = (text: string, most = LINE_LIMIT): string => truncate(cleanLine(text), most);

/** The first who names somebody. */
function bylineOf(said: Said[], language: string): string {
  const bylines = said.map(({ authors }) => namesIn(authors, language).join(', ')).filter((names) => names !== '');
  const [first = ''] = bylines;
  // Capitals are how one template sets names, not how they are written.
  const isShouted = first === first.toUpperCase();
  return (isShouted && bylines.find((names) => names !== first && names.toUpperCase() === first)) || first;
}

/** BCP 47, or nothing: some write `English`. */
const languageIn = (text: string): string => (/^[a-z]{2,3}(?:[-_][a-z\d]{2,8}){0,3}$/i.test(text) ? text : '');

/** What only says the headline again says nothing. */
const standfirstOf = (said: Said[], headline: string): string =>
  firstOf(...said.map(({ standfirst }) => (standfirst === headline ? '' : summaryOf(cleanLine(standfirst)))));
