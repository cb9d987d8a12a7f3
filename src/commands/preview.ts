import { writeFile } from 'node:fs/promises';
import { boot } from '../boot.ts';
import type { Context } from '../context.ts';
import { chooseArticles, type Readers } from '../editions/choose-articles.ts';
import { newEdition } from '../editions/edition.ts';
import { newsFor } from '../editions/news.ts';
import { renderAlert, renderDigest } from '../editions/render-variant.ts';
import { messageOf, NotFound } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { type Command, print, UsageError } from './command.ts';
import { nextTo, type Previewed, sentTo } from './preview-reader.ts';

export const preview: Command = {
  name: 'preview',
  usage: '--newsletter SLUG [--reader ADDRESS [--slot INSTANT] [--source]] [--out FILE.html]',
  summary: 'Shows what the newsletter would look like now: the text part, or the HTML written to a file.',
  details: `  --reader ADDRESS   what this reader gets next: their topics, less what they have had, as it is on the desk
  --slot INSTANT     what that reader was sent in the digest of this instant, such as 2026-11-21T07:00:00Z
  --source           the mail with its headers, as the relay is given it; of what is to come, without keys to the reader's pages
  --out FILE.html    the HTML into a file, instead of the text`,
  options: {
    newsletter: { type: 'string' },
    reader: { type: 'string' },
    slot: { type: 'string' },
    source: { type: 'boolean' },
    out: { type: 'string' },
  },
  run: async ({ config, log, options: { newsletter: slug, reader, slot, source, out } }) => {
    if (!slug) throw new UsageError('--newsletter is needed.');
    if (slot && !reader) throw new UsageError('--slot needs --reader: a past digest is shown as one reader got it.');
    if (source && !reader) throw new UsageError('--source needs --reader: a message is one reader’s.');
    if (slot && Number.isNaN(Date.parse(slot))) throw new UsageError('--slot must be like 2026-11-21T07:00:00Z.');
    const { context, close } = await boot({ config, log, migrations: 'own', mail: false, templates: true });
    try {
      const newsletter = await context.newsletters.bySlug(slug);
      if (!newsletter) throw new NotFound(`newsletter "${slug}"`);
      const made = slot
        ? await sentTo(reader ?? '', newsletter, new Date(slot), context)
        : reader && newsletter.kind === 'digest'
          ? await nextTo(reader, newsletter, context)
          : await madeNow(newsletter, context);
      if (source && made.source === undefined) throw new UsageError('--source of an alert needs --slot.');
      if (out) await write(out, fillForPreview(made.html, context.baseUrl));
      else print(source ? (made.source ?? '') : fillForPreview(made.text, context.baseUrl));
      process.stderr.write(`${made.says}${out ? `, written to ${out}` : ''}\n`);
    } finally {
      await close();
    }
    return 0;
  },
};

async function madeNow(newsletter: Newsletter, context: Context): Promise<Previewed> {
  const now = context.clock.now();
  const { timeZone } = await context.newsletters.brand();
  const edition = newEdition({ newsletterId: newsletter.id, kind: 'digest', asOf: now });
  const news = await newsFor(edition, newReader, { until: now }, context.coming);
  const articles = chooseArticles(edition, newReader, news);
  const lead = articles[0];
  const alert = {
    ...edition,
    headline: lead?.headline ?? 'A headline',
    body: lead?.standfirst ?? 'Two or three sentences.',
    url: lead?.url ?? context.baseUrl,
  };
  const made =
    newsletter.kind === 'breaking'
      ? await renderAlert(alert, context)
      : await renderDigest({ ...edition, headline: alert.headline }, articles, timeZone, context);
  return { ...made, says: `${articles.length} articles of the last day` };
}

async function write(file: string, html: string): Promise<void> {
  await writeFile(file, html).catch((error: unknown) => {
    throw new UsageError(`--out cannot be written: ${messageOf(error)}`);
  });
}

/** Nobody in particular gets this mail. */
const fillForPreview = (text: string, baseUrl: string): string =>
  text.replace(/%%(unsubscribe|preferences|archive)_url%%/g, `${baseUrl}/$1/example`);

const newReader: Readers = { servedUntil: null, frequency: 'daily', topicIds: [], alerted: [] };
