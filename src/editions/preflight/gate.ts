import type { Chosen, Edition, Variant } from '../edition.ts';
import { FRESH_MS, linksCheck } from './ask-links.ts';
import { isWrong } from './check.ts';
import { checkMail, faultOf } from './check-mail.ts';
import type { preflightLookups } from './preflight-store.ts';
import { Unfit } from './unfit.ts';

type Lookups = ReturnType<typeof preflightLookups>;

/**
 * Looks at each variant before it is stored; asks nobody outside, since editions leave on time. What was heard of links
 * before is known.
 */
export async function openGate(edition: Edition, lookups: Lookups, { clock }: { clock: { now(): Date } }) {
  const [overruled, goneLinks] = await Promise.all([
    lookups.isOverruled(edition.id),
    edition.kind === 'digest' ? lookups.goneLinks(new Date(clock.now().getTime() - FRESH_MS)) : [],
  ]);
  const gone = new Set(goneLinks);
  // Colours and the like are the template's: one mail shows them for all.
  let looked = edition.kind === 'alert' || edition.audience > 0;

  /** @throws Unfit */
  return (variant: Variant, articles: Chosen[]): void => {
    if (overruled) return;
    const fault = looked ? faultOf(variant) : checkMail(variant).find(isWrong);
    looked = true;
    if (fault) throw new Unfit([fault]);
    const url = articles.find(({ id }) => id === variant.articleIds[0])?.url;
    if (!url || !gone.has(url)) return;
    const answer = { url, dead: true, gone: true, says: 'answers that there is no such page' };
    throw new Unfit([linksCheck([url], [url], [answer])], url);
  };
}
