import type { Sign } from './dkim.ts';
import { compose, type Message } from './message.ts';
import { type Envelope, RelayPool, type Reply } from './relay.ts';

/** Composes, signs and hands over. Never throws for what a relay does; that is in the Reply. */
export interface Mailer {
  send(message: Message, envelopeFrom: string): Promise<Reply>;
  /** How many messages can be under way at once. */
  readonly connections: number;
  verify(): Promise<void>;
  close(): void;
}

interface WeightedPool {
  pool: RelayPool;
  weight: number;
}

/** Several relays share the work by weight: `smtp://one:25?weight=3,smtp://two:25`. */
export function createMailer(urls: string[], sign: Sign, connections: number): Mailer {
  const pools = urls.map((url) => ({ pool: new RelayPool({ url, connections }), weight: weightOf(url) }));
  const next = rotation(pools);
  return {
    connections: connections * pools.length,
    send: async (message, envelopeFrom) => {
      const bytes = await sign(await compose(message));
      const envelope: Envelope = { from: envelopeFrom, to: message.to };
      return next().send(envelope, bytes);
    },
    verify: async () => {
      await Promise.any(pools.map(({ pool }) => pool.verify()));
    },
    close: () => {
      for (const { pool } of pools) pool.close();
    },
  };
}

const weightOf = (url: string): number => Math.max(1, Math.round(Number(new URL(url).searchParams.get('weight') ?? 1)));

function rotation(pools: WeightedPool[]): () => RelayPool {
  const turns = pools.flatMap(({ pool, weight }) => Array.from({ length: weight }, () => pool));
  let turn = 0;
  return () => turns[turn++ % turns.length] as RelayPool;
}
