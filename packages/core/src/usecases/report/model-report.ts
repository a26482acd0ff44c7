import type { ManifestRun } from '../../documents/index.js';
import type { BehaviourReport, RunReport } from '../../evaluation/index.js';
import type { GatePolicy, Verdict } from '../../gate/index.js';
import type { Digest } from '../../kernel/index.js';
import type { StepRef } from '../../layout/index.js';
import type { Movement, Plot } from '../../report/index.js';
import type { ExplainedChange } from '../explain/explain-steps.js';
import type { StepForecast } from '../plan/forecast-steps.js';
import type { BaseResult } from './base-result.js';

/**
 * `same`: the model is what it was at its base, and so are its answers. `new`: there is no base. `unmade`: for the workspace as it is, it was not
 * trained or evaluated yet. `broken`: it cannot be.
 */
export type ModelState = 'same' | 'changed' | 'new' | 'unmade' | 'broken';

export interface StepReport {
  readonly ref: StepRef;
  readonly state: StepForecast['state'];
  /** Milliseconds that its runs took when they ran, all seeds together; 0 where that is not known. */
  readonly tookMs: number;
  readonly gpus: number;
  readonly runs: number;
}

/** The size of predictions is not among it: where they say which answers were right, it counts them. */
export type ToldBase = Omit<BaseResult, 'predictions' | 'metrics' | 'document'> & {
  readonly predictions: Digest | undefined;
};

/** What is told of an error: of an MlError, or of one that another machine told of. */
interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** A model of the workspace beside what it was. */
export interface ModelReport {
  readonly project: string;
  /** Workspace-relative. */
  readonly root: string;
  readonly state: ModelState;
  readonly error: ToldError | undefined;
  readonly steps: readonly StepReport[];
  readonly base: ToldBase | undefined;
  /** Why it cannot be told what it was. */
  readonly baseError: ToldError | undefined;
  /** What its training is made of that was another at the base; undefined where that is not known. */
  readonly changes: readonly ExplainedChange[] | undefined;
  /** The gate discloses one bit a step: nothing here is of its test set, unless the verdict itself tells it. */
  readonly sealed: boolean;
  /** Of what may be told; undefined without predictions that can be judged. */
  readonly movement: Movement | undefined;
  readonly figures: Pick<RunReport, 'examples' | 'weak' | 'seed'> | undefined;
  readonly behaviour: readonly BehaviourReport[];
  /** Why there are no figures. */
  readonly noFigures: string | undefined;
  /** What the evaluation wrote to metrics.json; undefined where that may be scores of a sealed test set. */
  readonly own: { readonly before: ManifestRun['metrics']; readonly now: ManifestRun['metrics'] } | undefined;
  readonly plots: readonly Plot[];
  /** There is a gate. */
  readonly policy: GatePolicy | undefined;
  /** On this very model and its answers; undefined where it was not judged as it is. */
  readonly verdict: Verdict | undefined;
  /** Lines of ml.yaml, from 1. */
  readonly lines: { readonly gate: number; readonly evaluate: number };
}
