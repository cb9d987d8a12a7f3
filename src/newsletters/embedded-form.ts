import { direction } from '../platform/view/filters.ts';
import type { Messages } from '../platform/view/messages.ts';
import { type Form, formJson } from './form.ts';

/** All that embed.js says, but for what it says when this could not be fetched. */
const said = [
  'embed.newsletters',
  'embed.topics',
  'embed.all',
  'embed.name',
  'embed.email',
  'embed.none',
  'embed.address',
  'embed.take',
  'embed.keep',
  'embed.sending',
  'embed.failed',
  'embed.page',
  'embed.open',
  'embed.offline',
];

/** What embed.js draws the form from. */
export const embeddedForm = (form: Form, locale: string, { say }: Pick<Messages, 'say'>) => ({
  ...formJson(form),
  language: locale,
  dir: direction(locale),
  words: Object.fromEntries(said.map((key) => [key.replace('embed.', ''), say(locale, key)])),
});
