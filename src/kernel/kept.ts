/** The one of this name, made where it is not known; of more than `most`, the one made first is forgotten. */
export function kept<T>(known: Map<string, T>, key: string, most: number, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
  return made;
}
