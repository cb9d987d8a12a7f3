import { boot } from '../boot.ts';
import { parseInput } from '../platform/http/input.ts';
import { scopes as known } from '../platform/http/scopes.ts';
import { addApiKey, keyInput } from '../staff/add-api-key.ts';
import { type Command, operator, print, UsageError } from './command.ts';

export const apiKeyAdd: Command = {
  name: 'api-key add',
  usage: '--name NAME --scopes a:write,b:read',
  summary: 'Makes an API key and prints it, once and alone, on stdout.',
  details: `  Scopes: ${known.join(' ')}`,
  options: { name: { type: 'string' }, scopes: { type: 'string' } },
  run: async ({ config, log, options }) => {
    if (!options.name || !options.scopes) throw new UsageError('Both --name and --scopes are needed.');
    const scopes = options.scopes
      .split(',')
      .map((scope) => scope.trim())
      .filter(Boolean);
    const { context, close } = await boot({ config, log, migrations: 'own', mail: false });
    try {
      const input = parseInput(keyInput, { name: options.name, scopes });
      const { id, key } = await addApiKey(input, context);
      await context.audit.note({ ...operator, act: 'key.create', subject: `key ${id}`, after: input });
      print(key);
    } finally {
      await close();
    }
    return 0;
  },
};
