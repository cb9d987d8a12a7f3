import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db } from '../platform/db/pool.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { brandInput } from './brand.ts';

/** What is not named stays as it is. */
export type BrandChange = Partial<z.output<typeof brandInput>>;

/** How the newspaper presents itself: a table of one row. */
export const createBrandStore = (db: Db) => ({
  brand: async (): Promise<Brand> => {
    const { rows } = await sql<Brand>`
      select name, accent, postal_address as "postalAddress", time_zone as "timeZone", locale, rehearsal,
        confirm_above as "confirmAbove", social, headlines,
        case when logo_url is not null then jsonb_build_object('url', logo_url, 'width', logo_width, 'alt', logo_alt) end as logo
      from brand`.execute(db);
    if (!rows[0]) throw new Error('the brand row is missing: was the database seeded?');
    return rows[0];
  },

  changeBrand: async (change: BrandChange): Promise<void> => {
    await sql`
      update brand b set (name, accent, postal_address, time_zone, locale, logo_url, logo_width, logo_alt, social, headlines) =
        (select name, accent, postal_address, time_zone, locale, logo_url, logo_width, logo_alt, social, headlines
         from jsonb_populate_record(b, ${JSON.stringify(change)}::jsonb))`.execute(db);
  },

  changeSafety: async ({ rehearsal, confirmAbove }: Pick<Brand, 'rehearsal' | 'confirmAbove'>): Promise<void> => {
    await sql`update brand set rehearsal = ${rehearsal}, confirm_above = ${confirmAbove}`.execute(db);
  },
});
