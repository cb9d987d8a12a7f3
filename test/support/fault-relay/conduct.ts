import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, Rule, Stage } from './plan.ts';

/** How the relay behaves now: the plan, how often each rule has been used, and who stands in a silence. */
export class Conduct {
  #plan: Plan = {};
  #uses = new Map<Rule, number>();
  #usesEach = new Map<Rule, Map<string, number>>();
  #next = Promise.withResolvers<void>();
  readonly silent = new Set<Socket>();
  applied = 0;

  follow(plan: Plan): void {
    this.#plan = plan;
    this.#uses = new Map();
    this.#usesEach = new Map();
    const before = this.#next;
    this.#next = Promise.withResolvers();
    before.resolve();
  }

  ruleFor(stage: Stage, to: string): Rule | undefined {
    const rule = this.#plan.rules?.find((one) => one.at === stage && this.#applies(one, to));
    if (!rule) return undefined;
    const each = this.#usesEach.get(rule) ?? new Map<string, number>();
    this.#uses.set(rule, (this.#uses.get(rule) ?? 0) + 1);
    this.#usesEach.set(rule, each.set(to, (each.get(to) ?? 0) + 1));
    this.applied += 1;
    return rule;
  }

  #applies(rule: Rule, to: string): boolean {
    if (rule.only && !rule.only.includes(to)) return false;
    if (rule.times !== undefined && (this.#uses.get(rule) ?? 0) >= rule.times) return false;
    return rule.timesEach === undefined || (this.#usesEach.get(rule)?.get(to) ?? 0) < rule.timesEach;
  }

  async slowness(): Promise<void> {
    if (this.#plan.delayMs) await sleep(this.#plan.delayMs);
  }

  async silence(socket: Socket): Promise<void> {
    this.silent.add(socket);
    await this.#next.promise;
    this.silent.delete(socket);
  }
}
