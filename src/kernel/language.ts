/** What pages and mails can speak, BCP 47: each has its file in `templates/messages`. */
export const languages = ['en', 'fr', 'uk', 'ar'] as const;
export type Language = (typeof languages)[number];

export const isLanguage = (tag: string): tag is Language => (languages as readonly string[]).includes(tag);

/** What is said where nobody has put it into the language that was asked for. */
export const FALLBACK: Language = 'en';

export function languageOf(locale: string): Language {
  const { language } = new Intl.Locale(locale);
  return isLanguage(language) ? language : FALLBACK;
}

/** A language in itself: `українська`. */
export const ownName = (language: Language): string =>
  new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;

/** The first that was asked for, else the newsroom's; with the newsroom's region (`en-GB`) where both are one language. */
export function localeFor(newsrooms: string, ...asked: (string | null | undefined)[]): string {
  const language = languageOf(asked.find(Boolean) ?? newsrooms);
  return new Intl.Locale(newsrooms).language === language ? newsrooms : language;
}
