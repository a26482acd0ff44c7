import type { Scope } from '@nx-ml/core/cache';
import { messageOf } from '@nx-ml/core/kernel';

import type { Appended, StoreObserver } from '../store/store-observer.js';
import { RecentRuns } from './recent-runs.js';
import type { RecentRunsDeps } from './recent-runs.js';
import { SavedHours } from './saved-hours.js';
import type { SavedHoursDeps } from './saved-hours.js';

/** Milliseconds between two looks for what another server took in. */
const lookEvery = 10 * 60_000;
/** Milliseconds between two writings of what is new. */
const saveEvery = 10_000;

export interface StoreBoardDeps extends RecentRunsDeps, SavedHoursDeps {
  /** One line, when something fails that the next turn tries again. */
  readonly warn: (message: string) => void;
}

/** What the store tells of the work that was done and spared, for the status page. */
export class StoreBoard implements StoreObserver {
  readonly hours: SavedHours;
  readonly #runs: RecentRuns;
  readonly #timers: NodeJS.Timeout[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly deps: StoreBoardDeps) {
    this.hours = new SavedHours(deps);
    this.#runs = new RecentRuns(deps);
  }

  get runs(): RecentRuns['runs'] {
    return this.#runs.runs;
  }

  onStored(scope: Scope, name: string): void {
    this.#runs.onStored(scope, name);
  }

  onAppended(appended: Appended): void {
    this.hours.onAppended(appended);
    this.#runs.onAppended(appended);
  }

  start(): void {
    const every = (ms: number, work: () => Promise<void>): void => {
      this.#timers.push(setInterval(() => void this.#queue(work), ms).unref());
    };
    void this.#queue(() => this.hours.look());
    every(lookEvery, () => this.hours.look());
    every(saveEvery, () => this.#runs.save());
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#queue(() => this.#runs.save());
  }

  /** One after the other. */
  #queue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.deps.warn(`What the store tells for the status page could not be read: ${messageOf(error)}`);
    });
    return this.#work;
  }
}
