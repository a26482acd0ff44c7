import type { RunResult } from '../../documents/index.js';
import type { JsonObject, MlError } from '../../kernel/index.js';
import type { ChampionEntry } from '../../registry/index.js';
import type { ObjectRef } from '../../store/index.js';

/** One model with its evaluation. */
export interface EvaluatedModel {
  readonly model: ObjectRef;
  /** undefined where the evaluation wrote none. */
  readonly predictions: ObjectRef | undefined;
  /** What the evaluation wrote to metrics.json; flat. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Candidate extends EvaluatedModel {
  readonly seed: number | null;
  /** Of its evaluation. */
  readonly params: JsonObject;
}

/** What is known of the accepted model. */
export type Accepted =
  | { readonly kind: 'none' }
  /** Nobody can tell which it is. */
  | { readonly kind: 'unreadable'; readonly error: MlError }
  | {
      readonly kind: 'accepted';
      readonly entry: ChampionEntry;
      /** By today's evaluation; or why that failed. */
      readonly evaluation: EvaluatedModel | MlError | undefined;
    };

export function evaluatedModel(
  model: ObjectRef,
  { outputs, metrics }: Pick<RunResult, 'outputs' | 'metrics'>,
): EvaluatedModel {
  return { model, predictions: outputs['predictions'], metrics };
}
