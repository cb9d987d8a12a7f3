import type { Socket } from 'node:net';
import type { Conduct } from './conduct.ts';
import type { Rule, Stage } from './plan.ts';
import { acceptanceOf, type Record } from './record.ts';
import { Wire } from './wire.ts';

const EHLO = ['fault-relay', 'PIPELINING', 'SIZE 26214400', '8BITMIME', 'SMTPUTF8'];

/** One client: its commands are answered in their order, however many it has sent ahead. */
export async function converse(socket: Socket, conduct: Conduct, record: Record): Promise<void> {
  const wire = new Wire(socket);
  const say = async (reply: string) => {
    await conduct.slowness();
    if (socket.writable) socket.write(`${reply}\r\n`);
    // RFC 5321 §3.8: after 421 the server hangs up.
    if (reply.startsWith('421')) socket.end();
  };
  let sender: string | undefined;
  let to = '';

  /** Says the usual thing, or does what a rule wants. True when the stage was passed as usual. */
  const pass = async (stage: Stage, usual: string): Promise<boolean> => {
    const rule = conduct.ruleFor(stage, to);
    if (rule?.does === 'silence') await conduct.silence(socket);
    if (!rule || rule.does === 'silence') return say(usual).then(() => true);
    await misbehave(rule);
    return false;
  };

  const misbehave = async (rule: Rule) => {
    if (rule.does === 'reply') return say(rule.reply ?? '451 4.3.0 try again later');
    await conduct.slowness();
    if (rule.does === 'reset') socket.resetAndDestroy();
    else socket.end();
  };

  const take = async (message: Buffer) => {
    const rule = conduct.ruleFor('DOT', to);
    if (rule && !rule.keeps && rule.does !== 'silence') return misbehave(rule);
    if (rule?.does === 'silence' && !rule.keeps) await conduct.silence(socket);
    if (socket.destroyed) return;
    await record.keep(acceptanceOf(to, message));
    if (rule?.does === 'silence' && rule.keeps) await conduct.silence(socket);
    if (rule?.keeps && rule.does !== 'silence') await misbehave(rule);
    else await say('250 2.0.0 taken');
  };

  const answer = async (line: string): Promise<unknown> => {
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    const command = line.slice(0, 4).toUpperCase();
    if (command === 'EHLO')
      return say(EHLO.map((word, i) => `250${i < EHLO.length - 1 ? '-' : ' '}${word}`).join('\r\n'));
    if (command === 'HELO' || command === 'NOOP') return say('250 2.0.0 yes');
    if (command === 'RSET') {
      [sender, to] = [undefined, ''];
      return say('250 2.0.0 forgotten');
    }
    if (command === 'QUIT') return say('221 2.0.0 goodbye').then(() => socket.end());
    if (command === 'MAIL') {
      to = '';
      sender = (await pass('MAIL', '250 2.1.0 sender')) ? address : undefined;
      return;
    }
    if (command === 'RCPT') {
      if (sender === undefined) return say('503 5.5.1 MAIL first');
      to = address;
      if (!(await pass('RCPT', '250 2.1.5 recipient'))) to = '';
      return;
    }
    if (command !== 'DATA') return say('502 5.5.2 not known here');
    if (sender === undefined) return say('503 5.5.1 MAIL first');
    if (to === '') return say('554 5.5.1 no valid recipients');
    if (!(await pass('DATA', '354 go ahead'))) return;
    const message = await wire.body();
    if (message) await take(message);
    [sender, to] = [undefined, ''];
  };

  if (!(await pass('CONNECT', '220 fault-relay ESMTP'))) return;
  for (;;) {
    const line = await wire.line();
    if (line === null || socket.destroyed || !socket.writable) return;
    await answer(line);
  }
}
