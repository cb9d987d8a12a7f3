import path from 'node:path';
import { type Context, Liquid } from 'liquidjs';
import type { Clock } from '../../kernel/clock.ts';
import type { Brand } from './brand.ts';
import {
  brief,
  city,
  day,
  direction,
  exact,
  listed,
  local,
  longDay,
  number,
  siteName,
  stamp,
  weekday,
  weekdays,
  wrap,
  zoneTime,
  zoneValue,
} from './filters.ts';
import type { Messages, Values } from './messages.ts';
import { type OwnTemplates, TEMPLATES } from './own-templates.ts';
import { bound, LIMITS } from './template-limits.ts';
import { templateShelf } from './template-shelf.ts';

interface Options {
  /** The text parts of mails hold no HTML; everything else that is printed is HTML-escaped. */
  plain?: boolean;
  /** What the newsroom put in the place of ours; it may do less than ours. */
  own?: OwnTemplates | undefined;
  seen?: (text: string, file: string) => string;
}

/** One engine per folder. */
export function createLiquid(
  folder: 'emails' | 'pages',
  messages: Messages,
  clock: Clock,
  { plain = false, own, seen }: Options = {},
): Liquid {
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
    ...(own && { fs: templateShelf(own, TEMPLATES, seen), relativeReference: false, catchAllErrors: true, ...LIMITS }),
  });
  if (own) bound(liquid);
  for (const [name, filter] of Object.entries({
    brief,
    city,
    day,
    direction,
    exact,
    listed,
    local: (iso: unknown, timeZone: string, locale?: string) => local(iso, timeZone, locale, clock.now()),
    longDay,
    number,
    siteName,
    stamp,
    weekday,
    weekdays,
    wrap,
    zoneTime,
    zoneValue,
  })) {
    liquid.registerFilter(name, filter);
  }
  liquid.registerFilter('say', sayer(messages.say));
  liquid.registerFilter('worded', function (this: { context: Context }, text: string, values: Values = {}) {
    return messages.worded(localeOf(this.context), text, values);
  });
  liquid.registerFilter('sayHtml', { handler: sayer(messages.sayHtml), raw: true });
  return liquid;
}

/** `{{ 'mail.button-works' | say: days: 7 }}`, in the language of the page or mail it stands in. */
const sayer = (say: Messages['say']) =>
  function (this: { context: Context }, key: string, ...values: [name: string, value: string | number][]): string {
    return say(localeOf(this.context), key, Object.fromEntries(values) as Values);
  };

const localeOf = ({ globals }: Context): string => (globals as { locale: string }).locale;

/** What a template is given besides its data, in its partials too. */
export const spokenIn = ({ brand }: { brand?: Pick<Brand, 'locale'> }) => ({
  globals: { locale: brand?.locale ?? 'en' },
});
