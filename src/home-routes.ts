import type { RequestHandler } from 'express';
import type { Context } from './context.ts';
import { editionRow } from './deliveries/view.ts';
import { languageOfForm } from './newsletters/form.ts';
import { isAtHome } from './platform/http/loopback.ts';
import { brandIn } from './platform/view/brand.ts';
import { formView } from './subscribers/view.ts';

const SHOWN = { articles: 6, mails: 8, editions: 6 };

const commands = [
  { title: 'See the whole round happen', command: 'npm run daybreak -- demo' },
  {
    title: 'Let yourself into the console',
    command: 'npm run --silent daybreak -- staff add --email you@example.org --name "Your name" --role admin',
  },
  {
    title: 'Make a key for your CMS',
    command:
      'npm run --silent daybreak -- api-key add --name cms --scopes articles:write,alerts:write,editions:write,editions:read',
  },
  { title: 'Check what production needs', command: 'npm run daybreak -- doctor' },
];

/** The front door: the first form. With nothing configured also a sample newsroom, the mailbox and the console's table. */
export function home(context: Context): RequestHandler {
  return async (req, res) => {
    const { newsletters, articles, reports, mailbox, pages } = context;
    const sampleMode = context.sampleMode && isAtHome(req, context.config);
    const [brand, form, latest] = await Promise.all([
      newsletters.brand(),
      newsletters.form(1),
      articles.latest(SHOWN.articles, context.clock.now()),
    ]);
    const stories = latest.map(({ headline, standfirst, url, imageUrl, publishedAt }) => ({
      ...{ headline, standfirst, url, imageUrl },
      time: publishedAt.toISOString(),
    }));
    const inside = sampleMode
      ? {
          commands,
          mailboxUrl: mailbox?.pageUrl,
          mails: (await mailbox?.latest(SHOWN.mails)) ?? [],
          editions: (await reports.latest(SHOWN.editions)).map(editionRow),
        }
      : { commands: [], mails: [], editions: [] };
    res.send(
      await pages.render('home', {
        ...{ brand: brandIn(brand, languageOfForm(form)), title: brand.name, sampleMode, articles: stories, ...inside },
        form: form ? formView(form) : undefined,
        token: form ? context.screen.token(form.id) : undefined,
      }),
    );
  };
}
