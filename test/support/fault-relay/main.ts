/** Run by a test as a process of its own: a relay that misbehaves as told and keeps a record of what it accepted. */
import { createServer } from 'node:net';
import { Conduct } from './conduct.ts';
import { converse } from './conversation.ts';
import type { Order, RelayState } from './plan.ts';
import { Record } from './record.ts';

const conduct = new Conduct();
const record = new Record(process.argv[2] ?? '');

const server = createServer({ noDelay: true }, (socket) => {
  // A client that is killed in the middle is what the tests are about.
  socket.on('error', () => undefined);
  converse(socket, conduct, record).finally(() => socket.end());
});

const state = (): RelayState => ({
  ...{ silent: conduct.silent.size, applied: conduct.applied, accepted: record.accepted },
});

process.on('message', (order: Order) => {
  if ('plan' in order) conduct.follow(order.plan);
  if ('hangUp' in order) for (const socket of conduct.silent) socket.resetAndDestroy();
  process.send?.(state());
});
// Nobody is left to ask for the record.
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
