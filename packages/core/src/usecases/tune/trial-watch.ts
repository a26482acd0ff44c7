import type { Progress } from '../../engine/index.js';
import { mostSteps } from '../../tune/study/index.js';
import type { StepValue } from '../../tune/study/index.js';

/** Is a trial that has come so far not worth its end? @param steps rising; the last one is new */
export type IsHopeless = (steps: readonly StepValue[]) => boolean;

/** Follows what one trial tells while it runs, and ends it where that says that it is not worth its end. */
export class TrialWatch {
  readonly #metric: string;
  readonly #isHopeless: IsHopeless | undefined;
  readonly #end = new AbortController();
  /** Given when the trial is to end, by us or by whoever ends all. */
  readonly signal: AbortSignal;
  readonly #steps: StepValue[] = [];
  #isPruned = false;

  /**
   * @param metric what lines of progress call the value.
   * @param isHopeless undefined: nothing is pruned.
   */
  constructor(metric: string, outer: AbortSignal, isHopeless?: IsHopeless) {
    this.#metric = metric;
    this.signal = AbortSignal.any([outer, this.#end.signal]);
    this.#isHopeless = isHopeless;
  }

  get isPruned(): boolean {
    return this.#isPruned;
  }

  /** All that was told, as it grows. */
  get all(): readonly StepValue[] {
    return this.#steps;
  }

  /** What was told, thinned out: every line of a short training, every so many of a long one, and always the last. */
  get steps(): readonly StepValue[] {
    const every = Math.ceil(this.#steps.length / (mostSteps - 1));
    return this.#steps.filter((_, index) => index % every === 0 || index === this.#steps.length - 1);
  }

  /** Lines without a step are counted; those that go back are passed over: a second seed begins anew. */
  see({ step, metrics }: Progress): void {
    const value = Object.hasOwn(metrics, this.#metric) ? metrics[this.#metric] : undefined;
    const last = this.#steps.at(-1)?.step ?? 0;
    const at = step ?? last + 1;
    if (value === undefined || this.#isPruned || at <= last) return;
    if (!Number.isFinite(value) || !Number.isFinite(at)) return;
    this.#steps.push({ step: at, value });
    if (this.#isHopeless?.(this.#steps) !== true) return;
    this.#isPruned = true;
    this.#end.abort();
  }
}
