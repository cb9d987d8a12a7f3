import { z } from 'zod';

/** Half of a pair of UTF-16 surrogates becomes U+FFFD: neither mail nor database can carry it. */
export const wellFormed = (text: string): string => text.toWellFormed();

/** Text that may stand in a header: trimmed, not empty, at most `most` characters, no control characters. */
export const oneLine = (most: number) =>
  z
    .string('must be text')
    .overwrite(wellFormed)
    .trim()
    .min(1, 'must not be empty')
    .max(most, `must be at most ${most} characters`)
    .regex(/^\P{Cc}*$/u, 'must be one line');

/** Text of any number of lines, at most `most` characters, with no other control characters. */
export const prose = (most: number) =>
  z
    .string('must be text')
    .overwrite(wellFormed)
    // Forms send line breaks as CR LF (HTML, 4.10.21.8), programs rarely do: the same text must not look changed.
    .overwrite((text) => text.replaceAll('\r\n', '\n'))
    .trim()
    .max(most, `must be at most ${most} characters`)
    .regex(/^(\P{Cc}|[\n\t])*$/u, 'must not hold control characters');
