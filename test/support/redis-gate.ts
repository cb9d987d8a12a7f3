import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../src/platform/db/free-port.ts';

/** A door in front of a Redis that is not ours to stop: shut, it is an outage for whoever comes through it. */
export async function gateTo(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const gate = createServer((near) => {
    const far = connect(Number(port || 6379), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  const url = new URL(target);
  url.host = `127.0.0.1:${await freePort()}`;
  const stop = async () => {
    if (!gate.listening) return;
    gate.close();
    for (const socket of sockets) socket.destroy();
    await once(gate, 'close');
  };
  return {
    url: url.href,
    start: async () => {
      gate.listen(Number(url.port), '127.0.0.1');
      await once(gate, 'listening');
    },
    stop,
    close: stop,
  };
}
