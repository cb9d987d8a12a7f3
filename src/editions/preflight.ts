import type { Draft } from './draft-store.ts';
import type { Link } from './link-answers.ts';
import type { Check } from './preflight/check.ts';
import { checkMail } from './preflight/check-mail.ts';
import { spam } from './preflight/spam.ts';
import { draftMail } from './preview-alert.ts';

type Needs = Parameters<typeof draftMail>[1] &
  Parameters<typeof spam>[2] & {
    drafts: { sameStory(draft: Draft, since: Date): Promise<{ id: number; headline: string } | undefined> };
    linkAnswers(url: string): Promise<Link>;
    articles: { byIds(ids: number[]): Promise<{ withdrawnAt: Date | null; publishAfter: Date | null }[]> };
    mailer: { verify(): Promise<void> };
    producer: { ping(): Promise<void> };
    config: { dkim?: unknown };
  };

const WEEK_MS = 7 * 86_400_000;
/** What a phone shows of a subject. */
const SEEN = 60;
/** What editors write where something is still missing. */
const PLACEHOLDER = /\b(TK|TKTK|XXX+|TODO|lorem ipsum)\b/i;

/** What would be a pity to find out afterwards, looked at all at once. Changes nothing. */
export async function preflight(draft: Draft, needs: Needs): Promise<Check[]> {
  const [said, mail, machine] = await Promise.all([
    Promise.all([words(draft), link(draft, needs), story(draft, needs)]),
    asAMail(draft, needs),
    Promise.all([relay(needs), queue(needs)]),
  ]);
  return [...said, ...mail, ...machine];
}

async function asAMail(draft: Draft, needs: Needs): Promise<Check[]> {
  const mail = await draftMail(draft, needs);
  return [...checkMail(mail), await spam(mail, draft.newsletterId, needs)];
}

async function words({ headline, body, wrong }: Draft): Promise<Check> {
  const what = 'Words';
  if (!headline || !body || wrong === '') return { what, state: 'wrong', says: 'Something is still empty.' };
  const hole = PLACEHOLDER.exec(`${headline} ${body}`)?.[0];
  if (hole) return { what, state: 'wrong', says: `“${hole}” still stands in it.` };
  const seen = headline.slice(0, SEEN);
  if (headline.length > SEEN)
    return { what, state: 'unsure', says: `A phone may show only “${seen}…” of the headline.` };
  return { what, state: 'ok', says: 'Headline and text are there, and fit a phone.' };
}

async function link({ url, articleId }: Draft, { linkAnswers, articles, clock }: Needs): Promise<Check> {
  const what = 'Link';
  const [article] = await articles.byIds(articleId ? [articleId] : []);
  if (article?.withdrawnAt) return { what, state: 'wrong', says: 'The article was withdrawn.' };
  if (article?.publishAfter && article.publishAfter > clock.now())
    return { what, state: 'wrong', says: 'The article is still under embargo.' };
  if (!url) return { what, state: 'unsure', says: 'There is none: readers cannot go on to the story.' };
  const { dead, says } = await linkAnswers(url);
  return { what, state: dead ? 'wrong' : 'ok', says: `The story’s address ${says}.` };
}

async function story(draft: Draft, { drafts, clock }: Needs): Promise<Check> {
  const what = 'Said before?';
  const same = await drafts.sameStory(draft, new Date(clock.now().getTime() - WEEK_MS));
  if (same) return { what, state: 'unsure', says: `No. ${same.id}, “${same.headline}”, has the same address.` };
  return { what, state: 'ok', says: 'No other alert of the last week leads to this story.' };
}

async function relay({ mailer, config }: Needs): Promise<Check> {
  const what = 'Relay';
  try {
    await mailer.verify();
  } catch {
    return { what, state: 'wrong', says: 'It does not answer. What is released now waits until it does.' };
  }
  if (!config.dkim) return { what, state: 'unsure', says: 'It answers. Mail goes out unsigned: set up DKIM.' };
  return { what, state: 'ok', says: 'It answers, and mail is signed.' };
}

async function queue({ producer }: Needs): Promise<Check> {
  const what = 'Queue';
  const answers = await producer.ping().then(
    () => true,
    () => false,
  );
  if (answers) return { what, state: 'ok', says: 'It answers.' };
  return { what, state: 'wrong', says: 'It does not answer. What is released now goes out when it is back.' };
}
