import type { Socket } from 'node:net';

const END = Buffer.from('\r\n.\r\n');
const EMPTY = Buffer.from('.\r\n');

/** What a client sends, as lines and bodies; whatever it has pipelined behind waits for its turn (RFC 2920). */
export class Wire {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Null when the client has gone. */
  async line(): Promise<string | null> {
    const line = await this.#upTo(Buffer.from('\r\n'));
    return line?.toString('latin1') ?? null;
  }

  /** A message without its final dot; null when the client went away before it, so that nothing was handed over. */
  async body(): Promise<Buffer | null> {
    while (this.#buffer.length < EMPTY.length) if (!(await this.#more())) return null;
    if (this.#buffer.subarray(0, EMPTY.length).equals(EMPTY)) return this.#take(0, EMPTY.length);
    return this.#upTo(END);
  }

  async #upTo(mark: Buffer): Promise<Buffer | null> {
    let searched = 0;
    for (;;) {
      const at = this.#buffer.indexOf(mark, searched);
      if (at >= 0) return this.#take(at, at + mark.length);
      searched = Math.max(0, this.#buffer.length - mark.length);
      if (!(await this.#more())) return null;
    }
  }

  #take(end: number, next: number): Buffer {
    const taken = this.#buffer.subarray(0, end);
    this.#buffer = this.#buffer.subarray(next);
    return taken;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next().catch(() => ({ done: true, value: undefined }));
    if (done || !value) return false;
    this.#buffer = Buffer.concat([this.#buffer, value]);
    return true;
  }
}
