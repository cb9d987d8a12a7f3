import { z } from 'zod';
import { oneLine } from '../kernel/one-line.ts';
import { isTimeZone } from '../kernel/time-zone.ts';

const LANGUAGE = 'is not a language such as en or en-GB';

/** How the newspaper presents itself, field by field. */
export const brandInput = z.object({
  name: oneLine(100),
  accent: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'must be like #b3261e'),
  postal_address: oneLine(300),
  time_zone: z.string().trim().refine(isTimeZone, 'is not a time zone such as Europe/London'),
  locale: z.string().trim().overwrite(canonical).max(35, LANGUAGE).refine(isLocale, LANGUAGE),
});

/** BCP 47. `Intl` writes `EN-gb` as `en-GB`, and throws on what is none. */
function canonical(tag: string): string {
  return isLocale(tag) ? (Intl.getCanonicalLocales(tag)[0] ?? tag) : tag;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
