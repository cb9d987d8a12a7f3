import type { Response } from 'express';
import { DomainError, type FieldError } from '../../kernel/errors.ts';
import type { Brand } from '../view/brand.ts';
import type { Pages } from '../view/pages.ts';
import { statusOf } from './problem.ts';
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

/** What is wrong in all, and under `errors` what is wrong with each field; null when it is none of them. */
interface Said {
  error: string;
  errors: Record<string, string> | null;
}

/** Does it; what is refused is said on a page of one's own, where whatever was typed still stands. */
export async function orSay(
  res: Response,
  act: () => Promise<void>,
  draw: (said: Said) => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DomainError) || error.meaning === 'not-found') throw error;
    res.status(statusOf(error));
    await draw({ error: error.message, errors: byField(error.fields) });
  }
}

/** `allowed_origins.2` is said beside `allowed_origins`. */
function byField(fields: FieldError[]): Said['errors'] {
  if (fields.length === 0) return null;
  return Object.fromEntries(fields.map(({ field, message }) => [field.split('.')[0], message]));
}
