export type Stage = 'CONNECT' | 'MAIL' | 'RCPT' | 'DATA' | 'DOT';

/** What the relay does instead of its usual answer at a stage. The first rule that applies is taken. */
export interface Rule {
  at: Stage;
  /** `close` is a FIN, `reset` a RST; `silence` lasts until the next plan, and then the usual answer comes. */
  does: 'reply' | 'close' | 'reset' | 'silence';
  reply?: string;
  /** How often in all; without it, always. */
  times?: number;
  /** How often for one recipient. */
  timesEach?: number;
  /** Recipients it is for; without it, everybody. Known from RCPT on. */
  only?: string[];
  /** At DOT: the message is taken and on record all the same. */
  keeps?: boolean;
}

export interface Plan {
  rules?: Rule[];
  /** Before each reply. */
  delayMs?: number;
}

/** One accepted message, as it stands in the record. */
export interface Acceptance {
  to: string;
  messageId: string;
  /** Empty unless it goes on from an earlier mail. */
  inReplyTo: string;
  /** The link of an invitation; empty in all other mail. */
  invitation: string;
  listId: string;
  feedbackId: string;
  /** Milliseconds since 1970. */
  at: number;
}

export interface RelayState {
  accepted: number;
  /** Conversations that stand in a silence. */
  silent: number;
  /** How often a rule has been applied. */
  applied: number;
}

/** Sent by the test; each is answered with the state after it. */
export type Order = { plan: Plan } | { look: true } | { hangUp: true };
