import { type CheerioAPI, load } from 'cheerio';
import { withoutSlots } from '../platform/view/workshop.ts';
import type { Change } from './archived-edition-store.ts';

/** What is said beside an article that is no longer as it was sent. */
export interface Told {
  /** It is about the one article, in words of an editor's own. */
  alert: boolean;
  withdrawn(change: Change): string;
  corrected(change: Change): string;
  /** Instead of a title that may not be shown any more. */
  untitled: string;
}

type Found = ReturnType<CheerioAPI>;

const NOTE = 'font-size:13px;line-height:18px;color:#5f6368;padding:';
const BELOW = '6px 0 0';

/**
 * A mail that was sent, with the words of today where an article was put right since, and without those that were
 * withdrawn. Articles are found by their address, so that any template will do; by their headline where they have moved.
 */
export function putRight(html: string, changes: Change[], told: Told): string {
  if (changes.length === 0) return html;
  const $ = load(html);
  // The inbox line repeats headlines that nobody sees on a page.
  $('body > div[style*="display:none"]').first().remove();
  for (const change of changes) {
    const links = linksTo($, change);
    const headlines = links.filter((_, a) => $(a).closest('h1, h2, h3').length > 0 || isHeadline($(a), change));
    const heads = told.alert || (headlines.length === 0 && isHeadline($('h1'), change));
    const each = heads ? $('h1') : headlines;
    if (change.withdrawn) withdraw($, links, each, told.withdrawn(change));
    else headlines.each((_, a) => correct($, $(a), change, told.corrected(change)));
  }
  const [title, label] = [$('title').text(), $('[aria-label]').first()];
  const now = titleNow(title, changes, told) ?? told.untitled;
  if (label.attr('aria-label') === title) label.attr('aria-label', now);
  $('title').text(now);
  return $.html();
}

/** A title that names headlines changes with them; null when one of them may not be shown. */
export function titleNow(title: string, changes: Change[], { alert }: Pick<Told, 'alert'>): string | null {
  const named = changes.filter((change) => spellings(change).some((said) => title.includes(said)));
  if ((alert ? changes : named).some(({ withdrawn }) => withdrawn)) return null;
  return named.reduce(
    (now, change) => spellings(change).reduce((text, said) => text.replaceAll(said, () => change.headline), now),
    title,
  );
}

/** In a mail it cannot look like a slot. */
const spellings = ({ saidHeadline }: Change): string[] => [...new Set([saidHeadline, withoutSlots(saidHeadline)])];

const isHeadline = (found: Found, change: Change): boolean => spellings(change).includes(found.text().trim());

/** Where it stands by another address now, those that its headline had. */
function linksTo($: CheerioAPI, change: Change): Found {
  const to = (href: string | undefined) => $('a').filter((_, a) => href !== undefined && $(a).attr('href') === href);
  const links = to(withoutSlots(change.url));
  if (links.length > 0) return links;
  const named = $('a').filter((_, a) => isHeadline($(a), change));
  return to(named.attr('href'));
}

function withdraw($: CheerioAPI, links: Found, headlines: Found, note: string): void {
  headlines.each((_, link) => {
    const heading = $(link).closest('h1, h2, h3');
    heading.nextUntil('h1, h2, h3').remove();
    // What stands below an alert's headline stands in rows of its own.
    if ($(link).is('h1')) heading.closest('tr').nextAll('tr').remove();
    if (heading.length > 0) heading.replaceWith(noteIn($, note, BELOW));
    else $(link).replaceWith(noteIn($, note, '10px 0'));
  });
  links.remove();
}

function correct($: CheerioAPI, link: Found, change: Change, note: string): void {
  const heading = link.closest('h1, h2, h3');
  link.text(change.headline);
  const standfirst = heading.next();
  const said = standfirst.text().trim().replace(/…$/, '');
  if (said && oneSpaced(change.saidStandfirst).startsWith(said)) standfirst.text(change.standfirst);
  const below = heading.nextAll('.quiet').last();
  if (heading.length > 0) (below.length > 0 ? below : heading).after(noteIn($, note, BELOW));
  // A link of a list has room below it already; the next one begins right after.
  else link.after(noteIn($, note, '0 0 10px'));
}

const noteIn = ($: CheerioAPI, note: string, room: string) =>
  $('<div class="quiet" dir="auto"></div>')
    .attr('style', NOTE + room)
    .append($('<b></b>').text(note));

const oneSpaced = (text: string): string => text.replace(/\s+/g, ' ').trim();
