import { boot } from '../boot.ts';
import { parseInput } from '../platform/http/input.ts';
import { roles } from '../platform/http/staff.ts';
import { invitationUrl, inviteOrAgain, personInput } from '../staff/invite.ts';
import { type Command, operator, print, UsageError } from './command.ts';

export const staffAdd: Command = {
  name: 'staff add',
  usage: `--email ADDRESS --name NAME --role ${roles.join('|')}`,
  summary: 'Makes somebody staff; prints a link to choose a password with, once and alone, on stdout.',
  details:
    '  The link works once, within seven days. The same invitation goes out by mail. Somebody who is staff already keeps\n' +
    '  name and role, and gets a new link.',
  options: { email: { type: 'string' }, name: { type: 'string' }, role: { type: 'string' } },
  run: async ({ config, log, options: { email, name, role = 'admin' } }) => {
    if (!email) throw new UsageError('--email is needed.');
    const input = parseInput(personInput, { email, name: name ?? email.split('@')[0], role });
    const { context, close } = await boot({ config, log, migrations: 'own', mail: false });
    try {
      const person = await inviteOrAgain(input, context);
      await context.audit.note({
        ...operator,
        act: 'staff.invite',
        subject: `staff ${person.id}`,
        after: { email: person.email, role: person.role },
      });
      print(invitationUrl(person, context) ?? '');
    } finally {
      await close();
    }
    return 0;
  },
};
