import { localeFor } from '../../kernel/language.ts';

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
}

/** The same newspaper, speaking to somebody who asked for one of these languages: the first that is given counts. */
export const brandIn = (brand: Brand, ...asked: (string | null | undefined)[]): Brand => ({
  ...brand,
  locale: localeFor(brand.locale, ...asked),
});
