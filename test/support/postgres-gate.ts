import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { cleanUp } from './clean-up.ts';

/** Which way a withheld statement is lost: it never arrives, or it is done and its answer never arrives. */
export type Loss = 'statement' | 'answer';

export interface PostgresGate {
  url: string;
  /** Where it leads from now on; a restarted server may listen elsewhere. */
  leadsTo(url: string): void;
  /** From now on the next statements that match are lost this way. */
  loses(loss: Loss, statement: RegExp): void;
  /** Resolves when such a statement, or the answer to it, is in the gate's hands. */
  holds(): Promise<void>;
  /** Breaks every connection, and lets everything pass again on new ones. */
  severs(): void;
}

interface Trap {
  loss: Loss;
  statement: RegExp;
  sprung(): void;
}

/** `ReadyForQuery` outside a transaction: what was asked for is committed. */
const COMMITTED = Buffer.from('Z\0\0\0\x05I', 'latin1');

/** A door in front of a PostgreSQL that can lose a statement, or the answer to it, and then break. */
export async function postgresGate(t: TestContext, target: string): Promise<PostgresGate> {
  let destination = new URL(target);
  let trap: Trap | undefined;
  let caught = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();

  const gate = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: Number(destination.port), host: destination.hostname, noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    joins(near, far, () => trap);
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const severs = () => {
    trap = undefined;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  cleanUp(t, async () => {
    severs();
    gate.close();
    await once(gate, 'close');
  });

  const url = new URL(target);
  url.port = String((gate.address() as AddressInfo).port);
  return {
    url: url.href,
    leadsTo: (next) => {
      destination = new URL(next);
    },
    loses: (loss, statement) => {
      caught = Promise.withResolvers();
      trap = { loss, statement, sprung: caught.resolve };
    },
    holds: () => caught.promise,
    severs,
  };
}

/** One connection. Once its trap has sprung nothing passes in that direction any more. */
function joins(near: Socket, far: Socket, trapNow: () => Trap | undefined): void {
  let asked: Trap | undefined;
  let shut: Trap['loss'] | undefined;
  const springs = (trap: Trap) => {
    shut = trap.loss;
    trap.sprung();
  };
  near.on('data', (bytes: Buffer) => {
    const trap = trapNow();
    if (trap?.statement.test(bytes.toString('latin1'))) {
      asked = trap;
      if (trap.loss === 'statement') springs(trap);
    }
    if (shut !== 'statement') far.write(bytes);
  });
  far.on('data', (bytes: Buffer) => {
    if (asked?.loss === 'answer' && asked === trapNow() && bytes.includes(COMMITTED)) springs(asked);
    if (shut !== 'answer') near.write(bytes);
  });
}
