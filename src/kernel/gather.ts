interface Options<Item> {
  most: number;
  atOnce: number;
  keyOf: (item: Item) => string;
  /** Whether an error may be about one item: the others are tried again without it, and after any other they are not. */
  isOnes: (error: unknown) => boolean;
}

/**
 * Group commit: what comes while a call is under way goes into the next one together. Nobody waits while none is.
 * @param work returns one result for each item, in their order
 * @param keyOf two items of one key never go into one call, and the earlier one goes first
 */
export function gather<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  { most, atOnce, keyOf, isOnes }: Options<Item>,
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve(result: Result): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let underWay = 0;

  function next(): void {
    while (underWay < atOnce && waiting.length > 0) {
      const group = take();
      underWay += 1;
      void run(group).finally(() => {
        underWay -= 1;
        next();
      });
    }
  }

  function take(): Waiting[] {
    const keys = new Set<string>();
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    for (const one of waiting) {
      const key = keyOf(one.item);
      if (taken.length < most && !keys.has(key)) taken.push(one);
      else left.push(one);
      keys.add(key);
    }
    waiting = left;
    return taken;
  }

  async function run(group: Waiting[]): Promise<void> {
    try {
      const results = await work(group.map(({ item }) => item));
      group.forEach(({ resolve }, n) => {
        resolve(results[n] as Result);
      });
    } catch (error) {
      const [only] = group;
      if (group.length === 1) return only?.reject(error);
      if (!isOnes(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // What one of them is refused for is not the others' fault.
      for (const one of group) await run([one]);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Requests that were read together are handled in one turn; the call leaves when all of them have asked.
      if (waiting.length === 1) setImmediate(next);
    });
}
