import { canonicalJson } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { AskedEvent } from './study-event.js';
import type { StudyState, Trial } from './study-state.js';
import type { ScopedTrial, StudyView } from './study-view.js';
import { withValues } from './trial-params.js';
import type { TrialValues } from './trial-params.js';

/** Suggests the values of a trial. @returns undefined where there is nothing left to try */
export type Suggest = (trials: readonly ScopedTrial[]) => TrialValues | undefined;

export interface NextTrialInput {
  readonly state: StudyState;
  readonly view: StudyView;
  /** How many trials there are to be in all. */
  readonly trials: number;
  /** Is a trial that nobody has told of free to be taken up? */
  readonly isAbandoned: (trial: Trial) => boolean;
  /** Of the best trial of the code and data before. */
  readonly earlier: TrialValues | undefined;
  readonly suggest: Suggest;
  /** Names the process. */
  readonly by: string;
}

export type NextTrial =
  | { readonly kind: 'asked'; readonly event: AskedEvent }
  /** All are begun, or nothing is left to try. */
  | { readonly kind: 'none'; readonly because: 'all-begun' | 'exhausted' };

/** What is to be tried next: what a process that is gone left, else something new as long as there are to be more. */
export function nextTrial(input: NextTrialInput): NextTrial {
  const { state, view, trials: most, by } = input;
  const trials = view.trialsIn(state);
  const left = trials.find((trial) => trial.state === 'asked' && input.isAbandoned(trial));
  if (left !== undefined) {
    const { number, context, params, origin } = left;
    return { kind: 'asked', event: { type: 'asked', trial: number, context, params, origin, by } };
  }
  if (trials.length >= most) return { kind: 'none', because: 'all-begun' };
  const chosen = newTrial(input, trials);
  if (chosen === undefined) return { kind: 'none', because: 'exhausted' };
  const trial = state.trials.length;
  return {
    kind: 'asked',
    event: { type: 'asked', trial, context: view.scope.context, ...chosen, by },
  };
}

/** First what there is, to be measured by the same measure; then what was best before; then what the sampler says. */
function newTrial(
  { view, earlier, suggest }: NextTrialInput,
  trials: readonly ScopedTrial[],
): Pick<AskedEvent, 'params' | 'origin'> | undefined {
  const { params } = view.scope;
  const isTried = (candidate: JsonObject): boolean => {
    const text = canonicalJson(candidate);
    return trials.some((trial) => canonicalJson(trial.params) === text);
  };
  if (trials.length < firstTrials) {
    if (view.valuesIn(params) !== undefined && !isTried(params)) return { params, origin: 'current' };
    const before = earlier === undefined ? undefined : withValues(params, view.names, earlier);
    if (before !== undefined && view.valuesIn(before) !== undefined && !isTried(before))
      return { params: before, origin: 'earlier-best' };
  }
  const values = suggest(trials);
  if (values === undefined) return undefined;
  return { params: withValues(params, view.names, values), origin: 'sampler' };
}

/** The parameters of today and of yesterday's best: after them, nobody looks for whether they were tried. */
const firstTrials = 2;
