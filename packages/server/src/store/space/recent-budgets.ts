import type { KnownBudget } from './known-budget.js';

/** Of the journals that were used last, as many as have so many entries together; the very last one whatever its length. */
export class RecentBudgets {
  readonly #kept = new Map<string, { readonly budget: KnownBudget; readonly weight: number }>();
  #weight = 0;

  /** @param limit entries */
  constructor(private readonly limit: number) {}

  get(journal: string): KnownBudget | undefined {
    return this.#kept.get(journal)?.budget;
  }

  keep(journal: string, budget: KnownBudget): void {
    this.#forget(journal);
    const { weight } = budget;
    this.#kept.set(journal, { budget, weight });
    this.#weight += weight;
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.limit || oldest === journal) return;
      this.#forget(oldest);
    }
  }

  #forget(journal: string): void {
    this.#weight -= this.#kept.get(journal)?.weight ?? 0;
    this.#kept.delete(journal);
  }
}
