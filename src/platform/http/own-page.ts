import { type Request, type RequestHandler, type Response, urlencoded } from 'express';
import { type Brand, brandIn } from '../view/brand.ts';
import type { Pages } from '../view/pages.ts';

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
