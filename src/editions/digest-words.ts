import { filled, type Hole } from '../newsletters/line-template.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Chosen, Edition } from './edition.ts';

interface Setting {
  newsletter: Newsletter;
}

type Told = Pick<Chosen, 'headline'>[];

/** What the editor wrote, what the newsletter makes of the lead story, or its headline alone. */
export const subjectOf = ({ words }: Pick<Edition, 'words'>, articles: Told, { newsletter }: Setting): string =>
  words?.subject ?? filled(newsletter.subjectTemplate, valuesOf(articles, newsletter)) ?? articles[0]?.headline ?? '';

/** What inboxes show beside the subject: as that is made, of the story below the lead. */
export const preheaderOf = (
  { words }: Pick<Edition, 'words'>,
  articles: Told,
  { newsletter }: Setting,
  usual = articles[1]?.headline,
): string =>
  words?.preheader ?? filled(newsletter.preheaderTemplate, valuesOf(articles, newsletter)) ?? usual ?? newsletter.name;

const valuesOf = (articles: Told, { name }: Newsletter): Record<Hole, string> => ({
  headline: articles[0]?.headline ?? '',
  second: articles[1]?.headline ?? '',
  count: String(articles.length),
  newsletter: name,
});

export const paragraphs = (text: string | null): string[] => (text ?? '').split(/(?:\r?\n[ \t]*){2,}/).filter(Boolean);
