import { z } from 'zod';
import { boot } from '../boot.ts';
import { brandInput } from '../newsletters/brand.ts';
import { brandJson } from '../newsletters/brand-view.ts';
import { differing } from '../platform/http/form-fields.ts';
import { parseInput } from '../platform/http/input.ts';
import { type Command, operator, print } from './command.ts';

const text = { type: 'string' } as const;

const { name, accent, postal_address, time_zone } = brandInput.shape;
const change = z.object({ name, accent, 'postal-address': postal_address, 'time-zone': time_zone }).partial();

export const brand: Command = {
  name: 'brand',
  usage: '[--name NAME] [--postal-address TEXT] [--accent #RRGGBB] [--time-zone ZONE]',
  summary: 'Sets how the newspaper presents itself on pages and in mails, and shows it.',
  options: { name: text, accent: text, 'postal-address': text, 'time-zone': text },
  run: async ({ config, log, options }) => {
    const given = parseInput(change, options);
    const { context, close } = await boot({ config, log, migrations: 'own', mail: false });
    try {
      const stands = brandJson(await context.newsletters.brand());
      const { 'postal-address': postal_address, 'time-zone': time_zone, ...others } = given;
      await context.newsletters.changeBrand(
        Object.fromEntries(
          Object.entries({ ...others, postal_address, time_zone }).filter(([, value]) => value !== undefined),
        ),
      );
      const change = differing(stands, brandJson(await context.newsletters.brand()));
      if (Object.keys(change.after).length > 0) {
        await context.audit.note({ ...operator, act: 'brand.change', subject: 'brand', ...change });
      }
      for (const [field, value] of Object.entries(await context.newsletters.brand()))
        print(`${field}: ${typeof value === 'object' ? JSON.stringify(value) : value}`);
    } finally {
      await close();
    }
    return 0;
  },
};
