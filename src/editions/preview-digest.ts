import type { Clock } from '../kernel/clock.ts';
import { withoutOwnLinks } from '../platform/view/emails.ts';
import { contentOf, type DeskNeeds, type OnDesk } from './digest-desk.ts';
import { newEdition, type Variant } from './edition.ts';
import { renderFitting } from './render-fitting.ts';

type Needs = DeskNeeds & Parameters<typeof renderFitting>[3] & { clock: Clock };

/** What most readers would get now; links that are a reader's own lead nowhere. Undefined while there is nothing in it. */
export async function previewDigest(desk: OnDesk, needs: Needs): Promise<Variant | undefined> {
  const { newsletter, plan, slots } = desk;
  const asOf = slots[0] ?? needs.clock.now();
  const edition = { ...newEdition({ newsletterId: newsletter.id, kind: 'digest', asOf }), words: plan };
  const { articles } = await contentOf(desk, needs);
  const { variant } = await renderFitting(edition, articles, null, needs);
  if (!variant) return undefined;
  return { ...variant, html: withoutOwnLinks(variant.html), text: withoutOwnLinks(variant.text) };
}
