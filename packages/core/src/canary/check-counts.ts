import type { ArmCounts, Counts } from '../deploy/target.js';
import { MlError } from '../kernel/index.js';

/**
 * Refuses counts that cannot be: no decision is better than one on nonsense.
 *
 * @throws MlError ERR_ML_DEPLOY_TARGET
 */
export function checkCounts(counts: Counts): void {
  checkArm('baseline', counts.baseline);
  checkArm('candidate', counts.candidate);
  const { compared, byShare = [] } = counts;
  if (compared !== undefined)
    checkPart('compared', 'pairs', { seen: compared.pairs, bad: compared.different });
  for (const part of byShare) {
    if (!(part.share >= 0 && part.share <= 1)) refuse('share', part.share, 'from 0 to 1');
    checkArm(`baseline at ${String(part.share)}`, part.baseline);
    checkArm(`candidate at ${String(part.share)}`, part.candidate);
  }
}

function checkArm(arm: string, { requests, errors, slow, feedback }: ArmCounts): void {
  checkPart(arm, 'errors', { seen: requests, bad: errors });
  checkPart(arm, 'slow', { seen: requests, bad: slow });
  for (const [name, { seen, bad }] of Object.entries(feedback))
    checkPart(arm, `feedback.${name}`, { seen, bad });
}

function checkPart(arm: string, what: string, { seen, bad }: { seen: number; bad: number }): void {
  for (const count of [seen, bad])
    if (!Number.isSafeInteger(count) || count < 0) refuse(`${what} of the ${arm}`, count, 'a whole number');
  if (bad > seen) refuse(`${what} of the ${arm}`, bad, `at most ${String(seen)}`);
}

function refuse(what: string, value: number, expected: string): never {
  throw new MlError('ERR_ML_DEPLOY_TARGET', {
    message: `The target counted ${String(value)} as ${what}, which must be ${expected}.`,
    fix: 'Look at the target: nothing is decided on counts that cannot be.',
  });
}
