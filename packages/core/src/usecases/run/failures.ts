import type { JobOutcome } from '../../engine/index.js';
import { MlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import { tailOf } from './run-folder.js';

/** How many lines of a failed command's log are shown. */
const tailLines = 20;

export interface FailureContext {
  readonly plan: StepPlan;
  readonly run: PlannedRun;
  /** Absolute. */
  readonly log: string;
}

/** The error for a command that did not end well, with the end of its log. */
export async function failureOf(outcome: JobOutcome, { plan, run, log }: FailureContext): Promise<MlError> {
  const seed = run.seed === null ? '' : ` --seed ${String(run.seed)}`;
  const where = `${plan.project.root}: ${plan.ref.step}${run.seed === null ? '' : ` (seed ${String(run.seed)})`}`;
  const whole = `The whole log: nx-ml logs ${stepId(plan.ref)}${seed}`;
  const detail = await tailOf(log, tailLines);
  switch (outcome.state) {
    case 'exited':
      return new MlError('ERR_ML_COMMAND_FAILED', {
        message: `${where}: the command ended with exit code ${String(outcome.code)}`,
        fix: `Nothing was published; the last good run still stands. ${whole}`,
        detail,
      });
    case 'signalled':
      return new MlError('ERR_ML_COMMAND_KILLED', {
        message: `${where}: the command was ended by ${outcome.signal}`,
        fix: `Nothing was published. SIGKILL without a user often means that memory ran out: ask for it under "resources:". ${whole}`,
        detail,
      });
    case 'timed-out':
      return new MlError('ERR_ML_COMMAND_TIMEOUT', {
        message: `${where}: the command ran longer than its time-out of ${String((plan.spec.timeout ?? 0) / 1000)} s`,
        fix: `Nothing was published. Raise "timeout:" or find out what took so long. ${whole}`,
        detail,
      });
    case 'cancelled':
      return new MlError('ERR_ML_CANCELLED', {
        message: `${where}: cancelled`,
        fix: 'Nothing was published. Run it again to go on.',
      });
    case 'not-started':
      return new MlError('ERR_ML_COMMAND_FAILED', {
        message: `${where}: the command could not be started: ${outcome.reason}`,
        fix: 'Look at the command in ml.yaml.',
        detail,
      });
  }
}
