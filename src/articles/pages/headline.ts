import { cleanLine } from '../text/clean.ts';
import { headlineIn, isFront } from './heading.ts';
import type { Line } from './lines.ts';
import { crumbsOf } from './linked-article.ts';
import { typesOf } from './linked-data.ts';
import { metaOf } from './metas.ts';
import type { Element, Outline } from './outline.ts';
import { firstOf } from './said.ts';
import { bareTitle, isNameLike, isPartOf, sameWords, siteIn } from './titles.ts';
import type { Voices } from './voices.ts';

const LINES_LIMIT = 100;
const LOGO = /\s*\blogo\b\s*/i;

/** The headline alone: no way to the page, no name of the paper. */
export function headlineOf(voices: Voices, url: string): string {
  const { said, title, heading, linked } = voices;
  const shown = heading ? headlineIn(heading) : lineIn(title, voices.lines);
  const help = { url, shown: '', site: firstOf(...said.map((voice) => voice.site)), trail: trailOf(voices) };
  const shownBare = shown && bareTitle(shown, help, false);
  const loosely = (text: string) => text && bareTitle(text, { ...help, shown: shownBare }, true);
  const [, openGraph, twitter, items, formats, others] = said;
  const exact = linked.article.headline && bareTitle(linked.article.headline, { ...help, shown: shownBare }, false);
  const candidates = [
    ...[exact, loosely(openGraph?.headline ?? ''), loosely(twitter?.headline ?? '')],
    ...[items?.headline, formats?.headline].map((text) => (text ? bareTitle(text, help, false) : '')),
    ...[loosely(others?.headline ?? ''), shownBare, loosely(title), loosely(linked.page.headline)],
  ];
  // Where nobody filled it in, OpenGraph has the name of the paper.
  const sites = said.map((voice) => voice.site).filter(Boolean);
  const isSite = (text: string) => sites.some((site) => sameWords(site, text) || site.endsWith(` ${text}`));
  return whole(candidates.find((text) => text !== '' && !isSite(text)) ?? firstOf(...candidates), candidates);
}

/** Pages without headings have the headline in a line of its own all the same. */
const lineIn = (title: string, lines: Line[]): string =>
  lines.slice(0, LINES_LIMIT).find(({ text }) => /\S\s+\S+\s+\S/.test(text) && text !== title && isPartOf(text, title))
    ?.text ?? '';

/** Some systems cut what they tell machines. */
function whole(headline: string, candidates: string[]): string {
  const start = headline.replace(/\s*(?:…|\.\.\.)$/, '');
  if (start === headline || start.length < 10) return headline;
  return candidates.find((text) => text.length > headline.length && text.startsWith(start)) ?? headline;
}

/** What the paper calls itself, else what stands beside the headline in the title. */
export function siteNameOf({ said, title, metas, linked, outline }: Voices, headline: string, url: string): string {
  const [, openGraph, , items, , others] = said;
  const names = [
    ...[openGraph?.site ?? '', linked.article.site, items?.site ?? '', linked.page.site, others?.site ?? ''],
    ...[siteIn(title, headline, url), siteIn(metaOf(metas, 'og:title'), headline, url)],
    logoIn(outline),
  ];
  return names.find((name) => name !== '' && !sameWords(name, headline)) ?? '';
}

/** The picture that leads to the front page, in words. */
function logoIn(outline: Outline): string {
  const isLogo = ({ name, parent }: Element) =>
    name === 'img' && parent?.name === 'a' && isFront(parent.attribs.href ?? '');
  const alts = outline.filter(isLogo).map(({ attribs }) => cleanLine(attribs.alt ?? '').replace(LOGO, ''));
  return alts.find(isNameLike) ?? '';
}

function trailOf({ graph, said }: Voices): string[] {
  const trails = graph.things.filter((thing) => typesOf(thing).includes('BreadcrumbList'));
  return [...trails.flatMap((trail) => crumbsOf(trail, graph)), ...said.map(({ section }) => section)].filter(Boolean);
}
