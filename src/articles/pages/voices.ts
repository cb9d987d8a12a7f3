import { cleanLine } from '../text/clean.ts';
import { addressKey } from './addresses.ts';
import { asidesOf, isHidden } from './asides.ts';
import { spread, textOf, wordsOf } from './elements.ts';
import { headingOf } from './heading.ts';
import { itemPropsOf } from './item-props.ts';
import { linesOf } from './lines.ts';
import { linkedArticleOf } from './linked-article.ts';
import { graphOf } from './linked-data.ts';
import { type Metas, metasOf } from './metas.ts';
import { microformatsOf } from './microformats.ts';
import { linesNear, type Near } from './near.ts';
import { openGraphOf, twitterOf } from './open-graph.ts';
import { otherMetasOf } from './other-metas.ts';
import type { Element, Outline } from './outline.ts';
import { firstOf, type Said } from './said.ts';
import { timesIn } from './times.ts';

/** All that speaks on a page. */
export type Voices = ReturnType<typeof voicesOf>;

/** Who says what on a page: the most trusted first, what is shown to people last. */
export function voicesOf(outline: Outline, url: string) {
  const metas = metasOf(outline);
  const openGraph = openGraphOf(metas);
  const twitter = twitterOf(metas);
  const others = otherMetasOf(metas);
  const graph = graphOf(outline);
  const title = titleIn(outline);
  const root = outline.find(({ name }) => name === 'html');
  const language = firstOf(root?.attribs.lang ?? '', root?.attribs['xml:lang'] ?? '').trim();

  const told = [openGraph.headline, twitter.headline, title].filter(Boolean);
  const first = headingOf(outline, asidesOf(outline, undefined), { known: told, title, site: openGraph.site });
  const linked = linkedArticleOf(
    graph,
    keysOf(outline, metas, url),
    [...told, first ? textOf(first) : ''].filter(Boolean),
  );
  const known = [linked.article.headline, ...told].filter(Boolean);
  const heading = headingOf(outline, asidesOf(outline, first), { known, title, site: openGraph.site }) ?? first;
  const asides = asidesOf(outline, heading);
  const items = itemPropsOf(outline, asides, heading);
  const formats = microformatsOf(outline, asides, heading);
  const lines = linesOf(
    outline,
    spread(outline, (element) => asides.has(element) || isHidden(element)),
  );
  return {
    ...{ outline, metas, graph, linked, title, language, heading, asides, lines },
    said: [linked.article, openGraph, twitter, items, formats, others, linked.page] satisfies Said[],
    time: (which: 'published' | 'modified'): string => timesIn(outline, asides, heading)[which],
    linesNear: (headline: string): Near[] => linesNear(lines, heading, headline),
  };
}

/** The title of the page, not that of a drawing on it. */
function titleIn(outline: Outline): string {
  const titles = outline.filter((element) => element.name === 'title' && !isDrawing(element.parent));
  return titles.map((element) => cleanLine(textOf(element))).find((text) => text !== '') ?? '';
}

const isDrawing = (parent: Element | undefined): boolean =>
  parent !== undefined && !/^(head|html|body|meta|link)$/.test(parent.name);

/** What the page says is its address, as keys. */
function keysOf(outline: Outline, metas: Metas, url: string): Set<string> {
  const links = outline
    .filter(({ name, attribs }) => name === 'link' && wordsOf(attribs.rel).includes('canonical'))
    .map(({ attribs }) => URL.parse(attribs.href ?? '', url)?.href ?? '');
  const graphUrls = metas.filter(({ name }) => name === 'og:url').map(({ content }) => content);
  return new Set([url, ...links, ...graphUrls].map(addressKey).filter((key) => key !== undefined));
}
