import { localeFor } from '../../kernel/language.ts';
import { accents } from './accent.ts';

/** How the newspaper presents itself, on pages and in mails. */
export interface Brand {
  name: string;
  /** `#rrggbb` on white. */
  accent: string;
  postalAddress: string;
  timeZone: string;
  /** BCP 47, e.g. `en`. */
  locale: string;
  /** While it is on, only staff are mailed. */
  rehearsal: boolean;
  /** Releasing an alert to more readers than these asks for the password again. */
  confirmAbove: number;
  logo: Logo | null;
  social: SocialLink[];
  headlines: Headlines;
}

/** 32 CSS pixels high. Without words of its own it stands beside the name, otherwise in its place. */
export interface Logo {
  url: string;
  width: number;
  alt: string;
}

export interface SocialLink {
  label: string;
  url: string;
}

export type Headlines = keyof typeof headlineFonts;

/** What mail programs have: they load no fonts. Unquoted, since the stacks stand in attributes. */
export const headlineFonts = {
  serif: 'Georgia, Times New Roman, serif',
  book: 'Palatino Linotype, Palatino, Book Antiqua, Georgia, serif',
  sans: '-apple-system, BlinkMacSystemFont, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif',
};

/** As templates need it: in shades that can be read, and its fonts by their names. */
export const dressed = (brand: Brand) => ({
  ...brand,
  ...accents(brand.accent),
  headlineFont: headlineFonts[brand.headlines],
});

/** The same newspaper, speaking to somebody who asked for one of these languages: the first that is given counts. */
export const brandIn = (brand: Brand, ...asked: (string | null | undefined)[]): Brand => ({
  ...brand,
  locale: localeFor(brand.locale, ...asked),
});
