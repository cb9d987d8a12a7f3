import type { Context, Emitter, Liquid, Template } from 'liquidjs';

/**
 * For each rendering of a template that is not ours: ms, and characters or items. Our digest takes 5 ms and writes 60,000
 * characters; one that takes longer would hold up whatever else its process does.
 */
export const LIMITS = { parseLimit: 2_000_000, renderLimit: 5000, memoryLimit: 10_000_000 } as const;
const DEEPEST = 50;

/** Liquid counts what filters make; this counts what is written, too, and how deep templates call one another. */
export function bound({ renderer }: Liquid): void {
  const render = renderer.renderTemplates.bind(renderer);
  // All that belongs to one rendering shares its limit.
  const depths = new WeakMap<Context['memoryLimit'], number>();
  // Liquid goes on behind what failed: two calls at each of fifty levels would never end.
  const endless = new WeakSet<Context['memoryLimit']>();

  renderer.renderTemplates = function* (templates: Template[], context: Context, emitter?: Emitter) {
    const { memoryLimit } = context;
    const depth = depths.get(memoryLimit) ?? 0;
    if (depth >= DEEPEST) endless.add(memoryLimit);
    if (endless.has(memoryLimit)) throw new Error(`templates call one another more than ${DEEPEST} deep`);
    depths.set(memoryLimit, depth + 1);
    try {
      return yield* render(templates, context, emitter ?? counting(memoryLimit));
    } finally {
      depths.set(memoryLimit, depth);
    }
  };
}

const counting = (limit: Context['memoryLimit']): Emitter & { buffer: string } => ({
  buffer: '',
  write(written: unknown) {
    const words = typeof written === 'string' ? written : worded(written);
    limit.use(words.length);
    this.buffer += words;
  },
});

const worded = (written: unknown): string => {
  if (Array.isArray(written)) return written.map(worded).join('');
  return written === null || written === undefined ? '' : String(written);
};
