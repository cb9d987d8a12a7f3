import { stat } from 'node:fs/promises';
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
  run: async ({ positionals: [kind = '', folder, ...more] }) => {
    if (!Object.hasOwn(kinds, kind) || !folder || more.length > 0)
      throw new UsageError('Say which kind of files, and the one folder they are in.');
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory()) throw new UsageError(`There is no folder ${folder}.`);
    // Whoever reads the lines may have enough of them: `| head`.
    process.stdout.on('error', () => process.exit(0));
    let lines = 0;
    for await (const line of scoreFolder(kind as Kind, folder)) {
      print(line);
      lines += 1;
    }
    if (lines === 0) process.stderr.write(`There is no file in ${folder}. Folders in it are not looked into.\n`);
    return 0;
  },
};
