import { z } from 'zod';

/** Text that may stand in a header: trimmed, not empty, at most `most` characters, no control characters. */
export const oneLine = (most: number) =>
  z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(most, `must be at most ${most} characters`)
    .regex(/^\P{Cc}*$/u, 'must be one line');
