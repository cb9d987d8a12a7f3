/** What is looked at: a variant, or what would be one. */
export interface Mail {
  subject: string;
  html: string;
  text: string;
}

/** One thing that was looked at before a mail leaves. */
export interface Check {
  what: string;
  /** `wrong` stops an edition; what is `unsure` is only said. */
  state: 'ok' | 'unsure' | 'wrong';
  says: string;
}

export const isWrong = ({ state }: Check): boolean => state === 'wrong';

/** What of it stops an edition, for people. */
export const inWords = (checks: Check[]): string =>
  checks
    .filter(isWrong)
    .map(({ what, says }) => `${what}: ${says}`)
    .join(' ');
