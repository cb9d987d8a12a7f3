import type { Response } from 'express';
import type { Brand } from '../view/brand.ts';
import type { Pages } from '../view/pages.ts';
import { mayActAs, staffOf } from './staff.ts';

interface Needs {
  pages: Pages;
  newsletters: { brand(): Promise<Brand> };
}

/** Shows pages inside the console's frame: `at` names the place in its rail. */
export function consolePage({ pages, newsletters }: Needs) {
  return async (
    res: Response,
    page: string,
    data: { title: string; at: string; [name: string]: unknown },
  ): Promise<void> => {
    const { name, role } = staffOf(res);
    const may = { edit: mayActAs({ role }, 'editor'), administer: mayActAs({ role }, 'admin') };
    res.send(await pages.render(page, { brand: await newsletters.brand(), me: { name, role }, may, ...data }));
  };
}
