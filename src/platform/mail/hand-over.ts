import type { Envelope, Reply } from './reply.ts';

export interface Terms {
  /** Takes the next place there is where a limit of ours makes others wait. */
  urgent: boolean;
  /** Asked right before the message is handed over; false gives it back untried. */
  mayGo(): boolean;
}

/** One message on its way to one reader. */
export interface Outgoing extends Terms {
  envelope: Envelope;
  /** The message as it goes over the wire, without the final dot. */
  pieces: (Buffer | string)[];
  bytes: number;
}

/** … and where its ending is told. */
export interface HandOver extends Outgoing {
  settle(reply: Reply): void;
}

/** … that no connection has taken. */
export interface Waiting extends HandOver {
  /** Connections that ended before they took it. */
  tries: number;
  /** Ends it without another try. */
  end(reply: Reply): void;
}

/** … on a connection. */
export interface Running extends HandOver {
  /** The relay's first refusal of the envelope. */
  refusal?: Reply;
  /** From the relay's 354 on: the body and its final dot leave in one go, so the relay may have the message. */
  handedOver: boolean;
}

export const STOOD_STILL = 'this worker stood still for too long';
