import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { cleanUp } from './clean-up.ts';

export interface Records {
  TXT?: string[];
  /** `10 mail.post.example` */
  MX?: string[];
  A?: string[];
  PTR?: string[];
}

/** What stands under each name, in lower case; a name that fails, or whose questions are lost. */
export type Zone = Record<string, Records | 'SERVFAIL' | 'silence'>;

const TYPES = { A: 1, PTR: 12, MX: 15, TXT: 16 } as const;
const [NO_ERROR, SERVFAIL, NXDOMAIN] = [0, 2, 3];
const CLASS_IN = 1;
const HEADER = 12;

/** A real DNS server on UDP (RFC 1035) that answers from `zone`, which may be changed meanwhile. @returns `ip:port` */
export async function dnsServer(t: TestContext, zone: Zone): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const answer = answerTo(question, zone);
    if (answer) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise<void>((resolve) => socket.close(() => resolve())));
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`;
}

function answerTo(question: Buffer, zone: Zone): Buffer | undefined {
  const { name, end } = nameIn(question);
  const type = question.readUInt16BE(end);
  const found = zone[name];
  if (found === 'silence') return undefined;
  if (found === undefined) return reply(question, end, NXDOMAIN, []);
  if (found === 'SERVFAIL') return reply(question, end, SERVFAIL, []);
  return reply(
    question,
    end,
    NO_ERROR,
    dataOf(found, type).map((data) => record(type, data)),
  );
}

function dataOf(records: Records, type: number): Buffer[] {
  if (type === TYPES.TXT) return (records.TXT ?? []).map(pieces);
  if (type === TYPES.PTR) return (records.PTR ?? []).map(encodedName);
  if (type === TYPES.A) return (records.A ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
  if (type !== TYPES.MX) return [];
  return (records.MX ?? []).map((text) => {
    const [priority = '', exchange = ''] = text.split(' ');
    return Buffer.concat([twoBytes(Number(priority)), encodedName(exchange)]);
  });
}

function reply(question: Buffer, end: number, code: number, answers: Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2); // an answer, recursion asked for and had
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, question.subarray(HEADER, end + 4), ...answers]);
}

function record(type: number, data: Buffer): Buffer {
  const nameOfQuestion = twoBytes(0xc000 | HEADER);
  const timeToLive = Buffer.from([0, 0, 0, 60]);
  return Buffer.concat([nameOfQuestion, twoBytes(type), twoBytes(CLASS_IN), timeToLive, twoBytes(data.length), data]);
}

/** The name of the one question, and where it ends. */
function nameIn(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

const twoBytes = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

const counted = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);

const encodedName = (name: string): Buffer =>
  Buffer.concat([...name.split('.').filter(Boolean).map(counted), Buffer.from([0])]);

const pieces = (text: string): Buffer => Buffer.concat((text.match(/.{1,255}/gs) ?? ['']).map(counted));
