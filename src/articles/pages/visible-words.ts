import { type Custom, findDates } from '../text/dates/read.ts';
import { truncate } from '../text/truncate.ts';
import { creditIn } from './credits.ts';
import { withoutLabel } from './date-labels.ts';
import { ancestorsOf, hasClass, isWithin, textOf, wordsOf } from './elements.ts';
import { isByline, isPerson, namesIn } from './names.ts';
import type { Near } from './near.ts';
import type { Element, Outline } from './outline.ts';

const AUTHOR =
  /^(?:[a-z0-9]+[-_]+)*(?:byline|by-line|author|authors|author-name|writer|reporter|contributor|signature|autor|auteur)(?:[-_]+(?:name|link|names|text))*$/;
const STANDFIRST =
  /^(?:[a-z0-9]+[-_]+)*(?:standfirst|stand-first|sub-?head(?:line|ing)?|sub-?title|dek|deck|lede|lead|intro|introduction|summary|excerpt|strapline|abstract|chapo|teaser|vorspann|anleser|occhiello|sommario|entradilla|ingress)(?:[-_]+[a-z0-9]+)*$/;
const AUTHOR_PAGE =
  /\/(?:authors?|by|profiles?|people|journalists?|reporters?|contributors?|writers?|autor(?:en|es|i)?|auteurs?|signataires?)\/[^?#]/i;
const NEAR = 25;
const CLOSE = 8;
const LONG = 120;
const NO_PARAGRAPH =
  /^(?:photo|picture|image|foto|credit|video|watch|listen|share|advertisement|getty|\p{Lu}\p{L}+ \/ getty)\b/iu;
const LINES_LIMIT = 12;
const ENOUGH = 25;

/** Who wrote, as it is shown: by `rel=author`, by a class, by the word "by". */
export function visibleByline(
  outline: Outline,
  asides: Set<Element>,
  lines: Near[],
  custom: Custom,
  language: string,
): string[] {
  const near = lines.filter(({ distance, text }) => distance <= NEAR && text.length <= LONG * 2);
  const shown = new Set(near.flatMap(({ within }) => within));
  const isNear = (element: Element) => shown.has(element);
  const linked = outline
    .filter((element) => wordsOf(element.attribs.rel).includes('author') && element.name === 'a')
    .filter(
      (element) => isNear(element) || element.children.some((child) => typeof child !== 'string' && isNear(child)),
    )
    .filter((element) => !asides.has(element));
  const byRel = namesIn(linked.map(textOf), language);
  if (byRel.length > 0) return byRel;
  const credits = near
    .filter(({ distance }) => distance > -4)
    .map(({ text }) => creditIn(text, custom, language))
    .filter((credit) => credit !== undefined);
  const byWord = namesIn(credits.slice(0, 1), language);
  const byPage = namesIn(near.flatMap(authorPages).map(textOf), language).filter(isPerson);
  if (byPage.length > 0 && byPage.length >= byWord.length) return byPage;
  if (byWord.length > 0 && wordsIn(byWord) <= 24) return byWord;
  const classed = near.filter(({ within, text }) => text.length <= LONG && within.some(isAuthor));
  for (const line of classed) {
    const inner = line.within.filter(isAuthor);
    const names = namesIn(
      [
        beforeDate(
          inner.length > 0 && inner.length < line.within.length ? (inner.map(textOf)[0] ?? '') : line.text,
          custom,
        ),
      ],
      language,
    );
    if (names.length > 0 && wordsIn(names) <= 12) return names;
  }
  return [];
}

const wordsIn = (names: string[]): number => names.join(' ').split(/\s+/).length;

const isAuthor = (element: Element): boolean =>
  ancestorsOf(element)
    .take(4)
    .some((at) => hasClass(at, AUTHOR) || (at.name === 'address' && !/\d/.test(textOf(at))));

/** The links of a line about who wrote the article that lead to what else they wrote. */
function authorPages({ text, within, distance }: Near): Element[] {
  const isAbout = within.some(isAuthor) || (distance <= CLOSE && !/[.!?…:]$/.test(text));
  if (text.length > LONG || !isAbout) return [];
  const links = within.flatMap((element) => ancestorsOf(element).take(3).toArray());
  return [...new Set(links)].filter(({ name, attribs }) => name === 'a' && AUTHOR_PAGE.test(attribs.href ?? ''));
}

/** `Jane Doe 29th Mar 22 2:12 pm` */
function beforeDate(text: string, custom: Custom): string {
  const [date] = findDates(text, custom);
  if (!date) return text;
  const before = withoutLabel(text.slice(0, date.start));
  return before ? before : text.slice(date.end);
}

/** What stands under the headline in larger letters, else how the text begins. */
export function visibleStandfirst(lines: Near[], custom: Custom, language: string): string {
  const below = lines.filter(({ distance }) => distance > 0);
  const isText = (line: Near) =>
    !isByline(line.text, language) &&
    !NO_PARAGRAPH.test(line.text) &&
    (!line.within.some(isCaption) || isSubheading(line)) &&
    line.text.length - datesLength(line.text, custom) >= (datesLength(line.text, custom) > 0 ? ENOUGH * 2 : 0);
  const texts = below.filter(isText);
  const marked = texts.find(
    (line) =>
      line.distance < NEAR && weightOf(line.text) >= ENOUGH && (line.within.some(isStandfirst) || isSubheading(line)),
  );
  if (marked) return truncate(wholeOf(marked, texts));
  const paragraphs = texts
    .map((line) => ({ text: wholeOf(line, texts), inParagraph: paragraphOf(line) !== undefined }))
    .filter(({ text }) => weightOf(text) >= ENOUGH && /[.!?…»"”’:;。]$/.test(text));
  return truncate((paragraphs.find(({ inParagraph }) => inParagraph) ?? paragraphs[0])?.text ?? '');
}

/** A sign of Chinese or Japanese says as much as two letters. */
const weightOf = (text: string): number =>
  text.length + (text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0);

/** What is headed by nothing but the headline is a second one. */
const isSubheading = ({ distance, within }: Near): boolean =>
  distance === 1 && within.some((element) => isWithin(element, ({ name }) => name === 'h2'));

const paragraphOf = ({ within }: Near): Element | undefined =>
  within[0] && ancestorsOf(within[0]).find(({ name }) => name === 'p');

/** A paragraph goes on behind a `<br>`. */
function wholeOf(line: Near, lines: Near[]): string {
  const paragraph = paragraphOf(line);
  const text = paragraph ? textOf(paragraph) : '';
  if (text.startsWith(line.text)) return text;
  const rest = lines.slice(lines.indexOf(line), lines.indexOf(line) + LINES_LIMIT);
  const parted = rest.findIndex(({ block }) => block !== line.block);
  const block = parted < 0 ? rest : rest.slice(0, parted);
  const ends = block.findIndex((part) => /[.!?…。]["”»]?$/.test(part.text));
  return block
    .slice(0, ends + 1 || undefined)
    .map((part) => part.text)
    .join(' ');
}

const datesLength = (text: string, custom: Custom): number =>
  findDates(text, custom).reduce((sum, { start, end }) => sum + end - start, 0);

const isStandfirst = (element: Element): boolean =>
  ancestorsOf(element)
    .take(3)
    .some((at) => hasClass(at, STANDFIRST));
const isCaption = (element: Element): boolean =>
  isWithin(element, ({ name }) => name === 'figcaption' || name === 'figure' || /^h\d$/.test(name));
