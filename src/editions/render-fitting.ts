import { messageOf } from '../kernel/errors.ts';
import { CLIPPED_AT } from '../platform/mail/clipped-at.ts';
import type { Chosen, Edition, Variant } from './edition.ts';
import { bytesAsSent } from './preflight/sizes.ts';
import { renderDigest } from './render-variant.ts';
import { renderWithin } from './render-within.ts';
import { SHOWN } from './view.ts';

/** An article that an edition goes without, and why, in words for an editor. */
export interface LeftOut {
  articleId: number;
  reason: string;
}

type Needs = Parameters<typeof renderDigest>[3];

interface Rendered {
  /** Null when no article is left. */
  variant: Variant | null;
  leftOut: LeftOut[];
}

/** Cleaning keeps all texts far below; longer ones hold up a whole edition while they are wrapped. */
const LONGEST = 10_000;
const REASON_LIMIT = 300;
/** A lead, the stories below it and a link: everywhere an article can stand. */
const EVERYWHERE = 8;

/**
 * The digest of those articles that can be laid out; one that cannot takes nobody else's news away.
 * @throws what rendering threw, when it is no article's fault
 */
export async function renderFitting(
  edition: Edition,
  articles: Chosen[],
  zone: string | null,
  needs: Needs,
): Promise<Rendered> {
  const leftOut = articles.flatMap((article) => tooLong(article) ?? []);
  const fitting = without(articles, leftOut);
  if (fitting.length === 0) return { variant: null, leftOut };
  try {
    const variant = await renderWithin(edition, fitting, zone, needs);
    const [lead] = fitting;
    // Everything else is off already.
    if (lead && isTooLong(variant) && !isTooLong(await renderDigest(edition, [harmless(edition)], zone, needs)))
      return await withoutLead(lead);
    return { variant, leftOut };
  } catch (error) {
    const guilty = await unfit(fitting);
    if (guilty.length === 0 || (await complaintOf(harmless(edition)))) throw error;
    // What was a mere link may stand further up now, and fail there.
    const rest = await renderFitting(edition, without(fitting, guilty), zone, needs);
    return { ...rest, leftOut: [...leftOut, ...guilty, ...rest.leftOut] };
  }

  async function withoutLead({ id }: Chosen): Promise<Rendered> {
    const long = { articleId: id, reason: 'Its addresses alone make the mail longer than Gmail shows.' };
    const rest = await renderFitting(edition, without(fitting, [long]), zone, needs);
    return { ...rest, leftOut: [...leftOut, long, ...rest.leftOut] };
  }

  async function unfit(suspects: Chosen[]): Promise<LeftOut[]> {
    const found: LeftOut[] = [];
    for (const article of suspects.slice(0, SHOWN)) {
      const complaint = await complaintOf(article);
      if (complaint) found.push({ articleId: article.id, reason: complaint });
    }
    return found;
  }

  async function complaintOf(article: Chosen): Promise<string | undefined> {
    try {
      await renderDigest(edition, Array(EVERYWHERE).fill(article), zone, needs);
      return undefined;
    } catch (error) {
      return `It cannot be laid out: ${messageOf(error)}`.slice(0, REASON_LIMIT).toWellFormed();
    }
  }
}

const isTooLong = ({ html }: Variant): boolean => bytesAsSent(html) > CLIPPED_AT;

const without = (articles: Chosen[], leftOut: LeftOut[]): Chosen[] =>
  articles.filter(({ id }) => !leftOut.some(({ articleId }) => articleId === id));

function tooLong(article: Chosen): LeftOut | undefined {
  const { headline, standfirst, byline, correctionNote, imageAlt, url, imageUrl } = article;
  const fields = { headline, standfirst, byline, 'correction note': correctionNote, address: url, imageAlt, imageUrl };
  const [name] = Object.entries(fields).find(([, text]) => (text?.length ?? 0) > LONGEST) ?? [];
  return name ? { articleId: article.id, reason: `Its ${name} is longer than ${LONGEST} characters.` } : undefined;
}

/** When not even this can be laid out, the template is at fault, or the machine. */
const harmless = ({ asOf }: Edition): Chosen => ({
  ...{
    id: 0,
    url: 'https://daybreak.example/',
    headline: 'News',
    standfirst: 'All is well.',
    byline: null,
    kicker: null,
  },
  ...{
    topicIds: [],
    imageUrl: null,
    imageAlt: null,
    publishedAt: asOf,
    availableAt: asOf,
    revision: 1,
    revisedAt: null,
    storyId: null,
    withdrawn: false,
    updated: false,
  },
  correctionNote: null,
});
