import { type Kind, kinds, scoreFolder } from '../articles/score/score-folder.ts';
import { type Command, print, UsageError } from './command.ts';

export const score: Command = {
  name: 'score',
  usage: `${Object.keys(kinds).join('|')} FOLDER`,
  summary:
    'Reads every file of a folder as a feed or as an article’s page, and prints what was read, a line of JSON each.',
  details:
    '  Nothing is fetched and no database is used. Beside a file, NAME.url holds the address it came from, and NAME.zone\n' +
    '  the time zone for times that name none.',
  run: async ({ positionals: [kind = '', folder] }) => {
    if (!(kind in kinds) || !folder) throw new UsageError('Say which kind of files, and the folder they are in.');
    for await (const line of scoreFolder(kind as Kind, folder)) print(line);
    return 0;
  },
};
