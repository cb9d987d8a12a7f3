import { accents, contrasts } from '../platform/view/accent.ts';
import type { Brand, SocialLink } from '../platform/view/brand.ts';

/** Where nobody has chosen one. */
const USUAL_WIDTH = 160;

/** As the columns are named, and as it is changed. */
export const brandJson = ({ name, accent, postalAddress, timeZone, locale, logo, social, headlines }: Brand) => ({
  ...{ name, accent, postal_address: postalAddress, time_zone: timeZone, locale },
  ...{ logo_url: logo?.url ?? null, logo_width: logo?.width ?? USUAL_WIDTH, logo_alt: logo?.alt ?? '' },
  ...{ social, headlines },
});

/** As its form shows it: links one a line. */
export const brandValues = (brand: Brand) => ({ ...brandJson(brand), social: linesOf(brand.social) });

const linesOf = (links: SocialLink[]): string => links.map(({ label, url }) => `${label} ${url}`).join('\n');

/** What becomes of the newsroom's colour where it is read, and how well it can be. */
export function colourOf({ accent: chosen }: Pick<Brand, 'accent'>) {
  const made = accents(chosen);
  const { onPaper, onNight } = contrasts(made);
  return {
    paper: { colour: made.accent, contrast: onPaper.toFixed(1), moved: made.accent !== chosen },
    night: { colour: made.accentDark, contrast: onNight.toFixed(1), moved: made.accentDark !== chosen },
  };
}
