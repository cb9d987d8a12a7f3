import type { Clock } from '../../kernel/clock.ts';
import { createCompositions } from './compositions.ts';
import type { Messages } from './messages.ts';
import type { OwnTemplates } from './own-templates.ts';
import { createWorkshop, type Digest, type Render } from './workshop.ts';

export interface Emails {
  /** `name` is a pair of files in `templates/emails`: `.mjml` for the HTML part, `.txt` for the text part. */
  render: Render;
  /** The same in one piece, whatever was rendered before; what `render` puts together must be no other mail. */
  renderWhole: Render;
}

export function createEmails(messages: Messages, clock: Clock, own?: OwnTemplates): Emails {
  const workshop = createWorkshop(messages, clock, own);
  const composed = createCompositions(workshop);
  return {
    render: (name, data) => (name === 'digest' && isDigest(data) ? composed(data) : workshop.renderWhole(name, data)),
    renderWhole: workshop.renderWhole,
  };
}

const isDigest = (data: object): data is Digest =>
  'lead' in data && Boolean(data.lead) && 'stories' in data && 'more' in data;

/** A mail that is looked at by somebody it was not sent to: links that are a reader's own lead nowhere. */
export const withoutOwnLinks = (mail: string): string => mail.replaceAll(/%%[a-z_]+_url%%/g, '#');
