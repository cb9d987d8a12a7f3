import path from 'node:path';
import { Liquid } from 'liquidjs';
import {
  brief,
  city,
  day,
  direction,
  exact,
  local,
  longDay,
  number,
  siteName,
  stamp,
  wrap,
  zoneValue,
} from './filters.ts';

const TEMPLATES = path.join(import.meta.dirname, '../../../templates');

/** One engine per folder. Everything printed is HTML-escaped unless `plain`: the text parts of mails hold no HTML. */
export function createLiquid(folder: 'emails' | 'pages', { plain = false } = {}): Liquid {
  const root = path.join(TEMPLATES, folder);
  const liquid = new Liquid({
    root,
    layouts: root,
    partials: path.join(TEMPLATES, 'partials'),
    extname: '.liquid',
    cache: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // A template names its partials; data never does.
    dynamicPartials: true,
    ...(plain ? {} : { outputEscape: 'escape' as const }),
  });
  for (const [name, filter] of Object.entries({
    brief,
    city,
    day,
    direction,
    exact,
    local,
    longDay,
    number,
    siteName,
    stamp,
    wrap,
    zoneValue,
  })) {
    liquid.registerFilter(name, filter);
  }
  return liquid;
}
