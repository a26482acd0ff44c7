import { StepResults } from '../plan/step-results.js';
import type { StepResultsDeps } from '../plan/step-results.js';
import type { GateAnswer } from './gate-answer.js';
import { GateWork } from './gate-work.js';
import type { GateWorkDeps } from './gate-work.js';

export type LookDeps = Omit<GateWorkDeps, 'results'> & StepResultsDeps;

/**
 * The answer that was given on the model as it is now. Nothing is run or asked: where the accepted model was not evaluated by the evaluation of
 * today, its answers of when it was accepted are looked at, which is what the gate compares with where that evaluation fails.
 *
 * @throws MlError ERR_ML_GATE_HELD where it was not judged as it is
 */
export async function lookAtCandidate(project: string, deps: LookDeps): Promise<GateAnswer> {
  const work = new GateWork(project, { ...deps, results: new StepResults(deps) }, { lookOnly: true });
  await work.resolve();
  const outcome = await work.finish();
  if (outcome.state !== 'judged') throw new Error('a gate judges');
  return outcome.answer;
}
