import { z } from 'zod';
import { oneLine } from '../kernel/one-line.ts';
import { isTimeZone } from '../kernel/time-zone.ts';
import { type Headlines, headlineFonts } from '../platform/view/brand.ts';

const LANGUAGE = 'is not a language such as en or en-GB';
const LONGEST_ADDRESS = 500;
const MOST_LINKS = 6;
/** In a mail of 320 px, beside a name. */
const WIDTHS = { least: 16, most: 240 };
const WIDTH = `must be from ${WIDTHS.least} to ${WIDTHS.most}`;

const secureAddress = z
  .string()
  .trim()
  .max(LONGEST_ADDRESS, `must be at most ${LONGEST_ADDRESS} characters`)
  .refine(isSecure, 'must be a whole address, like https://news.example/logo.png');

const socialLink = z.object({
  label: oneLine(30),
  url: secureAddress,
});

/** How the newspaper presents itself, field by field, as the columns are named. */
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
  logo_url: secureAddress.refine(isNoVector, 'must be a PNG, JPEG or GIF: mail programs show no SVG').nullable(),
  logo_width: z.int(WIDTH).min(WIDTHS.least, WIDTH).max(WIDTHS.most, WIDTH),
  logo_alt: z.union([z.literal(''), oneLine(100)], 'must be one line of at most 100 characters'),
  social: z
    .array(z.string())
    .max(MOST_LINKS, `must be at most ${MOST_LINKS} links`)
    .transform((lines, context) =>
      lines.map((line) => {
        const read = socialLink.safeParse(splitLink(line));
        if (!read.success) context.addIssue(`“${line}” must be like: Mastodon https://news.example/@desk`);
        return read.data ?? z.NEVER;
      }),
    ),
  headlines: z.enum(Object.keys(headlineFonts) as [Headlines, ...Headlines[]], 'must be serif, book or sans'),
});

/** The words before the last blank, and the address after it. */
function splitLink(line: string): { label: string; url: string } {
  const at = line.search(/\s\S+$/);
  return { label: line.slice(0, Math.max(at, 0)).trim(), url: line.slice(at + 1) };
}

/** Pages and mails are read over TLS, and what they show comes over it too. */
function isSecure(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && !url.username && !url.password && !/[\s\p{Cc}]/u.test(text);
}

function isNoVector(text: string): boolean {
  return !/\.svgz?$/i.test(URL.parse(text)?.pathname ?? '');
}

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
