/** A relay that takes everything and keeps nothing: `node bench/sink.ts [delay in ms]`. Prints its port. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const delayMs = Number(process.argv[2] ?? 0);
const FINAL_DOT = Buffer.from('\r\n.\r\n');
const NOTHING = Buffer.alloc(0);

// Each command is answered that long after it came, so the answers to pipelined commands come together: a slow line.
const later = delayMs > 0 ? (work: () => void) => setTimeout(work, delayMs) : (work: () => void) => work();

const replies: Record<string, string> = {
  EHLO: '250-sink.bench.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 104857600',
  DATA: '354 end with a dot on its own line',
  QUIT: '221 bye',
};

const server = createServer({ noDelay: true }, (socket) => {
  let rest = NOTHING;
  let inData = false;
  const answer = (lines: string) => later(() => socket.writable && socket.write(`${lines}\r\n`));
  answer('220 sink.bench.example ESMTP');
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(inData ? FINAL_DOT : '\r\n');
      if (end < 0) {
        // Of a body only what may turn out to be the beginning of its end is kept.
        if (inData) rest = rest.subarray(Math.max(0, rest.length - FINAL_DOT.length + 1));
        return;
      }
      const word = inData ? '.' : rest.toString('latin1', 0, 4).toUpperCase();
      rest = rest.subarray(end + (inData ? FINAL_DOT.length : 2));
      inData = word === 'DATA';
      answer(replies[word] ?? '250 2.0.0 Ok');
      if (word === 'QUIT') hangUp(socket);
    }
  });
  socket.on('error', () => socket.destroy());
});

const hangUp = (socket: Socket) => later(() => socket.end());

server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`sink ready on ${(server.address() as AddressInfo).port}\n`);
process.once('SIGTERM', () => process.exit(0));
