import { writeFile } from 'node:fs/promises';
import { boot } from '../boot.ts';
import { chooseArticles, type Readers } from '../editions/choose-articles.ts';
import { newEdition } from '../editions/edition.ts';
import { newsFor } from '../editions/news.ts';
import { renderAlert, renderDigest } from '../editions/render-variant.ts';
import { NotFound } from '../kernel/errors.ts';
import { type Command, print, UsageError } from './command.ts';

export const preview: Command = {
  name: 'preview',
  usage: '--newsletter SLUG [--out FILE.html]',
  summary: 'Shows what the newsletter would look like now: the text part, or the HTML written to a file.',
  options: { newsletter: { type: 'string' }, out: { type: 'string' } },
  run: async ({ config, log, options }) => {
    if (!options.newsletter) throw new UsageError('--newsletter is needed.');
    const { context, close } = await boot({ config, log, migrations: 'own', mail: false });
    try {
      const newsletter = await context.newsletters.bySlug(options.newsletter);
      if (!newsletter) throw new NotFound(`newsletter "${options.newsletter}"`);
      const now = context.clock.now();
      const { timeZone } = await context.newsletters.brand();
      const blank = newEdition({ newsletterId: newsletter.id, kind: 'digest', asOf: now });
      const articles = chooseArticles(
        blank,
        newReader,
        await newsFor(blank, newReader, { until: now }, context.coming),
      );
      const lead = articles[0];
      const edition = { ...blank, headline: lead?.headline ?? 'A headline' };
      const shown = {
        ...edition,
        body: lead?.standfirst ?? 'Two or three sentences.',
        url: lead?.url ?? config.baseUrl ?? null,
      };
      const made =
        newsletter.kind === 'breaking'
          ? await renderAlert(shown, context)
          : await renderDigest(shown, articles, timeZone, context);
      const links = context.baseUrl;
      if (!options.out) print(fillForPreview(made.text, links));
      else await writeFile(options.out, fillForPreview(made.html, links));
      process.stderr.write(
        `${articles.length} articles of the last day${options.out ? `, written to ${options.out}` : ''}\n`,
      );
    } finally {
      await close();
    }
    return 0;
  },
};

/** Nobody in particular gets this mail. */
const fillForPreview = (text: string, baseUrl: string): string =>
  text.replace(/%%(unsubscribe|preferences|archive)_url%%/g, `${baseUrl}/$1/example`);

const newReader: Readers = { servedUntil: null, frequency: 'daily', topicIds: [], alerted: [] };
