import { boot } from '../boot.ts';
import { type Command, print } from './command.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Brings the database up to date. Safe to run from several machines at once.',
  run: async ({ config, log }) => {
    const { close } = await boot({ config, log, migrations: 'apply', mail: false });
    await close();
    print('The database is up to date.');
    return 0;
  },
};
