import { Readable } from 'node:stream';

/**
 * A message that knows how far it got. nodemailer reports a lost connection the same way before and after the final
 * dot; it pulls the body only after the relay's 354, so the body itself is the witness.
 */
export class PhasedMessage extends Readable {
  readonly #bytes: Buffer;
  /** True from the relay's 354 on: the body and its final dot leave in one go, so the relay may have the message. */
  handedOver = false;

  constructor(bytes: Buffer) {
    super();
    this.#bytes = bytes;
  }

  override _read(): void {
    this.push(this.#bytes);
    this.push(null);
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    this.handedOver = true;
    return super.pipe(destination, options);
  }
}
