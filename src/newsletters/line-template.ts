import { oneLine } from '../kernel/one-line.ts';

/** What a subject, and the line beside it, can be made of. */
export const holes = ['headline', 'second', 'count', 'newsletter'] as const;
export type Hole = (typeof holes)[number];

/** Words around a headline push it out of what a phone shows. */
const LONGEST_WORDS = 40;
const HOLE = /\{([^{}]*)\}/g;

const wordsOf = (template: string): number => [...template.replaceAll(HOLE, '')].length;
const unknownIn = (template: string): string | undefined =>
  [...template.matchAll(HOLE)]
    .map(([, name = '']) => name)
    .find((name) => !(holes as readonly string[]).includes(name));

export const lineTemplate = oneLine(200)
  .refine((text) => !unknownIn(text), {
    error: ({ input }) => `knows no {${unknownIn(String(input))}}: there are {${holes.join('}, {')}}`,
  })
  .refine((text) => wordsOf(text) <= LONGEST_WORDS, {
    error: ({ input }) =>
      `has ${wordsOf(String(input))} characters of its own; a phone shows little more than ${LONGEST_WORDS}: write less`,
  });

/** Null where one of its holes stays empty: a digest of one story has no second one. */
export function filled(template: string | null, values: Record<Hole, string>): string | null {
  if (template === null) return null;
  const named = [...template.matchAll(HOLE)].map(([, name]) => values[name as Hole]);
  return named.every(Boolean) ? template.replaceAll(HOLE, (_, name: Hole) => values[name]) : null;
}
