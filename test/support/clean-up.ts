import type { TestContext } from 'node:test';

type Work = () => unknown;
const stacks = new WeakMap<TestContext, Work[]>();

/**
 * Undoes when the test ends, passed or failed, the last made first: `t.after` runs the first made first, and would drop
 * a database before the pool on it is closed.
 */
export function cleanUp(t: TestContext, work: Work): void {
  const known = stacks.get(t);
  if (known) return void known.push(work);
  const stack = [work];
  stacks.set(t, stack);
  t.after(async () => {
    const problems: unknown[] = [];
    for (const undo of stack.reverse()) {
      try {
        await undo();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw problems.length === 1 ? problems[0] : new AggregateError(problems);
  });
}
