import { absolute } from './addresses.ts';
import { isWithin, spread } from './elements.ts';
import type { Element, Outline } from './outline.ts';
import type { Picture } from './said.ts';

// What stands in for a picture, counts readers, or is the paper's own.
const NO_PICTURE =
  /(?:^|[-_./])(?:logo\w*|spacer|blank|pixel|1x1|transparent|placeholder|avatar|gravatar|sprite|icon|favicon|default[-_]?(?:image|share|og|social|thumb)\w*|loading|lazy)(?:[-_.\d]|$)/i;
const PORTRAIT = /author|byline|avatar|profile/i;
const SMALLEST = 50;
const IMAGES_LIMIT = 3_000;

/** The first picture that is one, from the most trusted voice to the least; a logo only where there is nothing else. */
export function pictureOf(pictures: Picture[], base: string): Picture | undefined {
  const whole = pictures
    .map((picture) => ({ ...picture, url: absolute(picture.url, base) }))
    .filter((picture) => picture.url !== '' && !isTiny(picture));
  return whole.find(({ url }) => !NO_PICTURE.test(new URL(url).pathname)) ?? undefined;
}

const isTiny = ({ width = SMALLEST, height = SMALLEST }: Picture): boolean => width < SMALLEST || height < SMALLEST;

/** The pictures that are shown with the article. */
export function shownPictures(outline: Outline, asides: Set<Element>): Picture[] {
  const linked = outline.filter(({ name, attribs }) => name === 'link' && attribs.rel?.toLowerCase() === 'image_src');
  // A portrait beside the byline is no picture of what happened.
  const others = spread(outline, ({ name, attribs }) =>
    PORTRAIT.test(`${attribs.class ?? ''} ${name === 'img' ? attribs.alt : ''}`.slice(0, 200)),
  );
  const top = spread(outline, ({ name, parent }) => name === 'header' && parent?.name === 'body');
  const shown = outline
    .filter((image) => isImage(image) && !asides.has(image) && !others.has(image) && !top.has(image))
    .slice(0, IMAGES_LIMIT);
  const figures = shown.filter((image) => isWithin(image, ({ name }) => name === 'figure'));
  return [
    ...linked.map(({ attribs }) => ({ url: attribs.href ?? '' })),
    ...figures.map(toPicture),
    ...shown.map(toPicture),
  ];
}

/** What the page says in words for who does not see a picture, found by its file: papers show it in another size. */
export function altOf(outline: Outline, url: string): string {
  const file = fileOf(url);
  const image = outline.find(
    (element) => isImage(element) && element.attribs.alt?.trim() && fileOf(sourceOf(element)) === file,
  );
  return file ? (image?.attribs.alt ?? '').trim() : '';
}

const isImage = ({ name }: Element): boolean => name === 'img' || name === 'amp-img';

const fileOf = (url: string): string =>
  (url.split(/[?#]/, 1)[0] ?? '')
    .split('/')
    .at(-1)
    ?.replace(/[-_@]?\d{2,4}x\d{2,4}|[-_]scaled|@\dx/g, '') ?? '';

/** While the page has not run its scripts, the picture's address is somewhere else. */
function sourceOf({ attribs }: Element): string {
  const set =
    (attribs.srcset ?? attribs['data-srcset'] ?? '')
      .slice(0, 10_000)
      .trim()
      .split(/\s|,\s/, 1)[0] ?? '';
  const lazy = attribs['data-src'] ?? attribs['data-lazy-src'] ?? attribs['data-original'] ?? attribs['data-lazyload'];
  const src = attribs.src?.startsWith('data:') ? '' : attribs.src;
  return lazy || src || set;
}

function toPicture(element: Element): Picture {
  const { alt, width, height } = element.attribs;
  const [across, down] = [width, height].map((side) =>
    /^\d{1,5}(px)?$/.test(side ?? '') ? Number.parseInt(side ?? '', 10) : undefined,
  );
  return {
    url: sourceOf(element),
    ...(alt?.trim() && { alt: alt.trim() }),
    ...(across !== undefined && down !== undefined && { width: across, height: down }),
  };
}
