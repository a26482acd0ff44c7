import type { HistoryEntry } from '../../documents/index.js';
import { isMlError } from '../../kernel/index.js';
import type { StepRef } from '../../layout/index.js';
import type { RunKey } from '../../provenance/index.js';
import type { RunHistory } from './run-history.js';
import type { RunStore } from './run-store.js';

/** Earlier states of a step that an estimate is made of: old ones had other code and other data. */
const recent = 5;

/** Durations of runs in milliseconds that were looked up before: a key's never changes. */
interface DurationMemory {
  get(key: RunKey): number | undefined;
  set(key: RunKey, durationMs: number): void;
}

export interface RunTimesDeps {
  readonly runs: RunStore;
  readonly history: RunHistory;
  readonly durations?: DurationMemory;
}

/** How long runs took, and by that how long others will take. */
export class RunTimes {
  readonly #deps: RunTimesDeps;
  readonly #histories = new Map<string, Promise<readonly HistoryEntry[]>>();

  constructor(deps: RunTimesDeps) {
    this.#deps = deps;
  }

  /**
   * Milliseconds that runs of a step will take: each as long as the median of its last ones.
   *
   * @returns undefined for a step that never ran, as far as is known.
   */
  async predict(ref: StepRef, seeds: readonly (number | null)[]): Promise<number | undefined> {
    const entries = (await this.#history(ref.project)).filter(({ step }) => step === ref.step).slice(-recent);
    const times = await Promise.all(
      entries.flatMap(({ runs }) => runs).map(({ key }) => this.#durationOf(key as RunKey)),
    );
    const known = times.flatMap((time) => time ?? []).sort((a, b) => a - b);
    const median = known[Math.floor(known.length / 2)];
    return median === undefined ? undefined : median * seeds.length;
  }

  /** Milliseconds that known runs took; one whose record is lost counts nothing. */
  async spent(keys: readonly RunKey[]): Promise<number> {
    const times = await Promise.all(keys.map((key) => this.#durationOf(key)));
    return times.reduce<number>((sum, time) => sum + (time ?? 0), 0);
  }

  async #durationOf(key: RunKey): Promise<number | undefined> {
    const { durations, runs } = this.#deps;
    const known = durations?.get(key);
    if (known !== undefined) return known;
    const record = await runs.record(key);
    if (record !== undefined) durations?.set(key, record.durationMs);
    return record?.durationMs;
  }

  /** A history that cannot be read costs an estimate, nothing else. */
  #history(project: string): Promise<readonly HistoryEntry[]> {
    const known =
      this.#histories.get(project) ??
      this.#deps.history.read(project).catch((error: unknown) => {
        if (isMlError(error)) return [];
        throw error;
      });
    this.#histories.set(project, known);
    return known;
  }
}
