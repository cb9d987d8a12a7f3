import { boot } from '../boot.ts';
import { parseInput } from '../platform/http/input.ts';
import { scopes as known } from '../platform/http/scopes.ts';
import { addApiKey, keyInput } from '../staff/add-api-key.ts';
import { type Command, print, UsageError } from './command.ts';

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
      const { key } = await addApiKey(parseInput(keyInput, { name: options.name, scopes }), context);
      print(key);
    } finally {
      await close();
    }
    return 0;
  },
};
