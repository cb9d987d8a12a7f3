/** How a reader lived and what they wanted, from an instant on. */
export interface Stay {
  from: number;
  active: boolean;
  zone: string;
  /** `HH:MM` by their clock; null is the newsletter's. */
  ownTime: string | null;
  frequency: 'daily' | 'weekdays' | 'weekly';
  weekday: number | null;
  pausedUntil: number | null;
}

/** What the simulation has done to its readers, by their ids: what the ledger is judged by. */
export class Lives {
  readonly #stays = new Map<number, Stay[]>();

  begin(readerId: number, stay: Stay): void {
    this.#stays.set(readerId, [stay]);
  }

  change(readerId: number, change: Partial<Stay> & { from: number }): void {
    this.#stays.get(readerId)?.push({ ...this.now(readerId), ...change });
  }

  now(readerId: number): Stay {
    const stay = this.#stays.get(readerId)?.at(-1);
    if (!stay) throw new Error(`nobody is reader ${readerId}`);
    return stay;
  }

  get ids(): number[] {
    return [...this.#stays.keys()];
  }

  get all(): MapIterator<[number, Stay[]]> {
    return this.#stays.entries();
  }
}
