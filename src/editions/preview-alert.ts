import type { Clock } from '../kernel/clock.ts';
import type { Draft } from './draft-store.ts';
import type { Edition, Variant } from './edition.ts';
import { renderAlert } from './render-variant.ts';

type Needs = Parameters<typeof renderAlert>[1] & { clock: Clock };

/** What a reader would get, were it released now; links that are a reader's own lead nowhere. */
export async function previewOf(draft: Draft, needs: Needs): Promise<Variant> {
  const edition: Edition = {
    ...{ id: draft.id, newsletterId: draft.newsletterId, kind: 'alert', status: 'draft', slot: null, late: false },
    ...{ asOf: needs.clock.now(), releaseAt: null, articleId: draft.articleId, url: draft.url },
    ...{ headline: draft.headline, body: draft.body, subject: draft.headline },
    ...{ audience: 0, chunks: 0, plannedAfter: 0, plannedAt: null },
  };
  const variant = await renderAlert(edition, needs);
  const tame = (text: string) => text.replaceAll(/%%[a-z_]+_url%%/g, '#');
  return { ...variant, html: tame(variant.html), text: tame(variant.text) };
}
