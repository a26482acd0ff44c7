import { InferenceFailure, readRequest, writeAnswer } from '../protocol/index.js';
import type { RawRequest, Tensor } from '../protocol/index.js';
import type { LoadedModel } from '../release/index.js';
import { isSameAnswer } from './compare-outputs.js';
import type { CandidateArm, Service } from './service.js';

/** A request that the baseline has answered. */
export interface Answered {
  readonly service: Service;
  readonly raw: RawRequest;
  readonly model: LoadedModel;
  readonly outputs: readonly Tensor[];
}

/**
 * Asks the candidate beside the baseline, when the user's answer is already made. At most `most` are under way; further ones are not
 * asked, and are no part of the counts: a slow shadow must not fill the memory.
 */
export class Shadows {
  #under = 0;

  constructor(
    private readonly most: number,
    /** Monotonic milliseconds. */
    private readonly now: () => number,
  ) {}

  ask(arm: CandidateArm, answered: Answered): void {
    if (this.#under >= this.most) return;
    this.#under += 1;
    // The answer goes out first.
    setImmediate(() => {
      void this.#ask(arm, answered).finally(() => {
        this.#under -= 1;
      });
    });
  }

  async #ask({ release, counter }: CandidateArm, { service, raw, model, outputs }: Answered): Promise<void> {
    const started = this.now();
    const { compared } = service;
    // One measure for both arms: a candidate cannot be right by asking for less.
    const { latencyBudget = Infinity, tolerance = { relative: 0, absolute: 0 } } =
      service.arms.baseline?.release.config ?? {};
    counter.requests += 1;
    try {
      const shadow = release.models.get(model.name);
      if (shadow === undefined) throw new InferenceFailure('unknown', 'the candidate has no such model');
      const { name, version, serving, host } = shadow;
      const other = await host.infer(readRequest(raw, serving.signature));
      writeAnswer({ model: name, version, id: undefined }, other);
      if (this.now() - started > latencyBudget) counter.slow += 1;
      compared.pairs += 1;
      if (!isSameAnswer(outputs, other, tolerance)) compared.different += 1;
    } catch (error) {
      if (!(error instanceof InferenceFailure)) throw error;
      if (error.kind === 'busy') counter.slow += 1;
      else counter.errors += 1;
    }
  }
}
