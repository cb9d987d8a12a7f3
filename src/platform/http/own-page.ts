import { type Request, type RequestHandler, type Response, urlencoded } from 'express';
import { isLanguage, type Language } from '../../kernel/language.ts';
import { type Brand, brandIn } from '../view/brand.ts';
import type { Pages } from '../view/pages.ts';
import { typed } from './input.ts';

export interface OwnPageNeeds {
  newsletters: { brand(): Promise<Brand> };
  pages: Pages;
}

/** A page behind a link in a mail. The link is a key: it must not leave by the Referer header, nor stay in a cache. */
export async function showOwn(
  res: Response,
  { pages, newsletters }: OwnPageNeeds,
  page: string,
  { language, ...data }: { language?: string | null | undefined; [name: string]: unknown },
) {
  keepPrivate(res);
  res.send(await pages.render(page, { brand: brandIn(await newsletters.brand(), language), ...data }));
}

export const keepPrivate = (res: Response): Response =>
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' });

export const ownBody = (): RequestHandler => urlencoded({ limit: '32kb', extended: false, parameterLimit: 50 });

export const tokenOf = (req: Request): string => String(req.params.token);

/** Where the page after this one asks nothing of the reader's row, the language goes along. */
export const inLanguage = (language: Language | null): string => (language ? `?language=${language}` : '');

export function languageAsked({ query }: Request): Language | null {
  const asked = typed(query.language);
  return isLanguage(asked) ? asked : null;
}
