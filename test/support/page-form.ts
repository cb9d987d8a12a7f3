import { load } from 'cheerio';

/**
 * What a browser would send from the page's own form, some fields filled in differently: a text, several texts of one
 * name, or null for a box that is not ticked.
 */
export function sentFrom(page: string, changes: Record<string, string | string[] | null> = {}): [string, string][] {
  const untouched = load(page)('main form')
    .first()
    .serializeArray()
    .filter(({ name }) => !Object.hasOwn(changes, name))
    .map(({ name, value }): [string, string] => [name, value]);
  const filled = Object.entries(changes).flatMap(([name, values]) =>
    values === null ? [] : [values].flat().map((value): [string, string] => [name, value]),
  );
  return [...untouched, ...filled];
}

/** A field's content as the page shows it. */
export const shownIn = (page: string, selector: string): string => {
  const found = load(page)(selector);
  return found.is('textarea') ? found.text().replace(/^\n/, '') : String(found.val() ?? found.text());
};
