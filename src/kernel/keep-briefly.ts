/** The answer to a question that many ask at once: asked for again after a moment, or when it is known to have changed. */
export function keepBriefly<Key, Value>(ms: number, ask: (key: Key) => Promise<Value>) {
  const kept = new Map<Key, { until: number; value: Promise<Value> }>();
  return {
    of(key: Key): Promise<Value> {
      const known = kept.get(key);
      if (known && known.until > performance.now()) return known.value;
      // Keys come from paths that anybody may write.
      if (kept.size >= MOST) kept.clear();
      const value = ask(key);
      kept.set(key, { until: performance.now() + ms, value });
      value.catch(() => kept.delete(key));
      return value;
    },
    forget: (): void => kept.clear(),
  };
}

const MOST = 1000;
