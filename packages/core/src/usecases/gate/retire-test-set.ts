import { MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import type { BudgetState } from '../../gate/index.js';
import { TestSets } from './test-sets.js';
import type { TestSetsDeps } from './test-sets.js';

export interface RetireDeps extends TestSetsDeps {
  readonly clock: Clock;
}

/**
 * Ends the use of a test set: none of the contents that have answered may answer again, and the next question opens a new budget, on
 * examples that nobody was judged on.
 *
 * @returns what it was used for.
 * @throws MlError ERR_ML_USAGE where nothing is open, ERR_ML_JOURNAL_BROKEN, ERR_ML_GATE_RACE
 */
export async function retireTestSet(
  name: string,
  said: { readonly by: string; readonly reason: string },
  deps: RetireDeps,
): Promise<BudgetState> {
  const sets = new TestSets(deps);
  const reading = await sets.read(name);
  if (reading.kind === 'unreadable') throw reading.error;
  if (reading.kind === 'forgotten' || reading.state.opened === null)
    throw new MlError('ERR_ML_USAGE', {
      message: `No budget is open for the test set ${name}`,
      fix: 'nx-ml gate budget lists those that are.',
    });
  const { state, length } = reading;
  const at = new Date(deps.clock.now()).toISOString();
  const testSets = [...state.testSets];
  if (await sets.append(name, length, { formatVersion: 1, type: 'retire', at, testSets, ...said }))
    return state;
  throw new MlError('ERR_ML_GATE_RACE', {
    message: `The test set ${name} was asked, or retired, while it was about to be retired`,
    fix: 'Look at it, nx-ml gate budget, and say it again.',
  });
}
