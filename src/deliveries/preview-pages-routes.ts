import { type Request, Router } from 'express';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { NotFound } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { consolePage } from '../platform/http/console-page.ts';
import { sendFramed } from '../platform/http/framed-mail.ts';
import { idFrom, typed } from '../platform/http/input.ts';
import { type Asked, type PreviewNeeds, previewMail } from './preview-mail.ts';
import { inLight, isHtml, type Look, leftRow, looks, previewView } from './preview-view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  PreviewNeeds & {
    newsletters: { all(): Promise<Newsletter[]> };
    readers: { idOf(emailKey: string): Promise<number | undefined> };
  };

const SHOWN = 30;

/** A newsletter's mails as readers see them, whatever they read them with: the next one, and those that have left. */
export function previewPages(context: Needs): Router {
  const { newsletters, readers, previews } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/previews', async (req, res) => {
    const address = typed(req.query.address).trim();
    const id = address ? await readerOf(address) : undefined;
    // The address itself stands in no link from here on.
    if (id) return res.redirect(303, `/console/previews?${linkOf(req, { reader: String(id), address: '' })}`);
    const asked = await wanted(req);
    const before = req.query.before === undefined ? 0 : idFrom(typed(req.query.before), 'edition');
    const [all, mail, left] = await Promise.all([
      newsletters.all(),
      address ? null : previewMail(asked, context),
      previews.left(asked.newsletter.id, asked.reader?.id ?? null, before, SHOWN),
    ]);
    const { newsletter, reader, editionId } = asked;
    await show(res, 'previews', {
      ...{ title: `Preview: ${newsletter.name}`, at: 'editions', newsletters: all, newsletter, reader, editionId },
      ...{ address, before, look: lookOf(req), looks, left: left.map(leftRow) },
      ...(typeof mail === 'string' ? { none: mail } : { mail: mail && previewView(mail) }),
      // Without what a link changes by itself: how it is looked at stays, whatever is looked at.
      link: linkOf(req, { edition: '', before: '' }),
      here: linkOf(req, { before: '', look: '', dark: '', pictures: '' }),
      whole: linkOf(req, { before: '' }),
      older: left.length === SHOWN ? linkOf(req, { before: String(left.at(-1)?.id) }) : undefined,
    });
  });

  router.get('/previews/mail', async (req, res) => {
    const [mail, look] = [await previewMail(await wanted(req), context), lookOf(req)];
    if (typeof mail === 'string') throw new NotFound('mail');
    if (isHtml(look)) return sendFramed(res, inLight(mail.html, look), 'html', look);
    sendFramed(res, { text: mail.text, headers: mail.header, source: mail.source }[look.look as 'text'], 'text/plain');
  });

  async function wanted(req: Request): Promise<Asked> {
    const { newsletter: slug, reader: readerId, edition } = req.query;
    const all = await newsletters.all();
    const newsletter = slug === undefined ? usual(all) : all.find((one) => one.slug === slug);
    if (!newsletter) throw new NotFound('newsletter');
    const reader = typed(readerId) ? await previews.reader(newsletter.id, idFrom(typed(readerId), 'reader')) : null;
    if (reader === undefined) throw new NotFound('reader');
    return { newsletter, reader, editionId: typed(edition) ? idFrom(typed(edition), 'edition') : null };
  }

  const readerOf = async (address: string): Promise<number | undefined> => {
    const email = parseEmailAddress(address);
    return email ? readers.idOf(addressKey(email)) : undefined;
  };

  return router;
}

const usual = (all: Newsletter[]): Newsletter | undefined =>
  all.find(({ kind, active }) => kind === 'digest' && active) ?? all[0];

const lookOf = ({ query }: Request): Look => ({
  look: looks.find((name) => name === query.look) ?? 'phone',
  dark: query.dark === 'yes',
  pictures: query.pictures !== 'no',
});

const PARTS = ['newsletter', 'reader', 'address', 'edition', 'look', 'dark', 'pictures', 'before'];

/** What is asked for now, but for these; what is empty is left out. */
function linkOf({ query }: Request, changed: Record<string, string>): string {
  const parts = PARTS.map((name): [string, string] => [name, changed[name] ?? typed(query[name])]);
  return new URLSearchParams(parts.filter(([, value]) => value)).toString();
}
