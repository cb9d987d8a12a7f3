type Work = () => unknown;

/** What has been started, and how to end it: the last started first, also when something else failed. */
export interface Undo {
  later(work: Work): void;
  all(): Promise<void>;
}

export function createUndo(): Undo {
  const works: Work[] = [];
  let over = false;
  return {
    later: (work) => {
      works.push(work);
      // Started while everything was being ended: it has missed its turn.
      if (over) void drain(works);
    },
    all: () => {
      over = true;
      return drain(works);
    },
  };
}

async function drain(works: Work[]): Promise<void> {
  for (let work = works.pop(); work; work = works.pop()) {
    try {
      await work();
    } catch (error) {
      process.stderr.write(`bench: while stopping: ${(error as Error).message}\n`);
    }
  }
}
