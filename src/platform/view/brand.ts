/** How the newspaper presents itself, on pages and in mails. */
export interface Brand {
  name: string;
  /** `#rrggbb` on white. */
  accent: string;
  postalAddress: string;
  timeZone: string;
  /** BCP 47, e.g. `en`. */
  locale: string;
}
