import { encode } from './encode.ts';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import type { Kind, Seed } from './seeds.ts';

export interface Document {
  kind: Kind;
  body: Buffer;
  /** What it was made from. */
  from: string;
}

/** The nth document of a seed; the same again wherever the same seeds lie. */
export function documentOf(seed: number, n: number, seeds: readonly Seed[]): Document {
  const random = randomOf(seed, n);
  const kind = random.pick(['feeds', 'feeds', 'feeds', 'pages', 'pages', 'text'] as const);
  const same = seeds.filter((one) => one.kind === kind);
  const [origin, other] = [random.pick(same), random.pick(random.chance(4) ? seeds : same)];
  // As some seeds are written: their own encoding, spoilt no further than by being broken.
  if (random.chance(12)) return { kind, from: origin.name, body: encode(origin.body.toString('latin1'), random) };
  const text = mutate(origin.body.toString(), random, other.body.toString());
  return { kind, from: origin.name, body: encode(text, random) };
}
