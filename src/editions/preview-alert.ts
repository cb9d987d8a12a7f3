import type { Clock } from '../kernel/clock.ts';
import { withoutOwnLinks } from '../platform/view/emails.ts';
import type { Draft } from './draft-store.ts';
import { newEdition, type Variant } from './edition.ts';
import { renderAlert } from './render-variant.ts';

type Needs = Parameters<typeof renderAlert>[1] & { clock: Clock };

/** What a reader would get, were it released now; links that are a reader's own lead nowhere. */
export async function previewOf(draft: Draft, needs: Needs): Promise<Variant> {
  const variant = await draftMail(draft, needs);
  return { ...variant, html: withoutOwnLinks(variant.html), text: withoutOwnLinks(variant.text) };
}

/** The same with its slots, as it would be stored. */
export async function draftMail(draft: Draft, needs: Needs): Promise<Variant> {
  const { id, newsletterId, articleId, url, headline, body, ...correction } = draft;
  const content = { id, newsletterId, articleId, url, headline, body, subject: headline };
  const { corrects, chain, wrong, wrongHeadline, wrongAt } = correction;
  const edition = newEdition({
    kind: 'alert',
    asOf: needs.clock.now(),
    ...content,
    corrects,
    chain,
    wrong,
    wrongHeadline,
    wrongAt,
  });
  return renderAlert(edition, needs);
}
