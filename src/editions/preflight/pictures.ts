import type { Check } from './check.ts';

const PICTURE = /<img\b[^>]*>/gi;

/** What readers who do not see pictures are told of them. */
export function pictures(html: string): Check {
  const what = 'Pictures';
  const all = html.match(PICTURE) ?? [];
  if (all.length === 0) return { what, state: 'ok', says: 'There are none.' };
  const mute = all.filter((tag) => !/\balt="[^"]*\S[^"]*"/i.test(tag));
  if (mute.length === 0) return { what, state: 'ok', says: 'Each says in words what it shows.' };
  const which = mute.length === all.length ? 'None' : `${mute.length} of ${all.length}`;
  const verb = which === 'None' || mute.length === 1 ? 'says' : 'say';
  const says = which === 'None' ? `None ${verb} in words what it shows` : `${which} do not say in words what they show`;
  return { what, state: 'unsure', says: `${says}: give the articles’ pictures an alternative text.` };
}
