import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../config.ts';
import { createLog } from '../kernel/log.ts';
import { startEverything } from '../newsroom.ts';
import { addApiKey } from '../staff/add-api-key.ts';
import { type Command, print } from './command.ts';
import { playRound } from './demo-round.ts';

export const demo: Command = {
  name: 'demo',
  summary: 'Plays the whole round in a newsroom of its own and prints what happened, with the mail it read back.',
  details: '  Uses its own database, queue and mailbox in a temporary folder; whatever is configured stays untouched.',
  run: async ({ startWorkers }) => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'daybreak-demo-'));
    const config = readConfig({ DATA_DIR: dataDir, PORT: '0', INBOUND_SMTP_PORT: '0' });
    const log = createLog('error');
    const started = performance.now();
    try {
      const newsroom = await startEverything({ config, log, startWorkers });
      try {
        const scopes = ['articles:write', 'alerts:write', 'editions:write', 'editions:read'];
        const { key } = await addApiKey({ name: 'demo', scopes }, newsroom.context);
        const { mailbox } = newsroom.context;
        if (!mailbox) throw new Error('the demo newsroom has no mailbox');
        await playRound({ url: newsroom.url, key, mailbox });
      } finally {
        await newsroom.stop();
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
    print(
      `\nThe whole round took ${((performance.now() - started) / 1000).toFixed(1)} s. Now try it yourself: npm start`,
    );
    return 0;
  },
};
