import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Chosen, Edition } from './edition.ts';

interface Setting {
  newsletter: Newsletter;
}

/** What the editor wrote, or the lead story's headline. */
export const subjectOf = ({ words }: Pick<Edition, 'words'>, [lead]: Pick<Chosen, 'headline'>[]): string =>
  words?.subject ?? lead?.headline ?? '';

/** What inboxes show beside the subject: what the editor wrote, or the headline below the lead. */
export const preheaderOf = (
  { words }: Pick<Edition, 'words'>,
  [, second]: Pick<Chosen, 'headline'>[],
  { newsletter }: Setting,
): string => words?.preheader ?? second?.headline ?? newsletter.name;

export const paragraphs = (text: string | null): string[] => (text ?? '').split(/(?:\r?\n[ \t]*){2,}/).filter(Boolean);
