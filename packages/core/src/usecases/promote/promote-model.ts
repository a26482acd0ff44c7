import { MlError } from '../../kernel/index.js';
import { championOf, planPromotion } from '../../registry/index.js';
import type { PromotedBundle, PromotionPlan } from '../../registry/index.js';
import { evidenceFor, recordOverride } from '../gate/evidence-for.js';
import type { Override } from '../gate/evidence-for.js';
import { askedForLater } from '../gate/accept-model.js';
import type { AcceptDeps } from '../gate/accept-model.js';
import type { GateAnswer } from '../gate/gate-answer.js';
import { Registry } from '../registry/registry.js';

export interface PromotionRequest {
  /** What the gate says of the model now. */
  readonly answer: GateAnswer;
  /** Verified. */
  readonly bundle: PromotedBundle;
  /** Lets the model through without a pass. */
  readonly override?: Override | undefined;
  /** Nothing is written. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Makes a bundle the champion: registered as a version, on a passing verdict for exactly the model that it holds, or a
 * recorded override. What is champion already is nothing to do.
 *
 * @throws MlError ERR_ML_GATE_HELD where its model was not judged or did not pass, ERR_ML_REGISTRY_RACE where somebody else was quicker,
 *   and those of the journals.
 */
export async function promoteModel(request: PromotionRequest, deps: AcceptDeps): Promise<PromotionPlan> {
  const { answer, bundle, override } = request;
  const { project } = answer;
  if (bundle.model.digest !== answer.candidate.model.digest) throw otherModel(project);
  const registry = new Registry(deps.journals, deps.workspaceId);
  const state = await registry.state(project);
  const isChampion = championOf(state)?.model.digest === bundle.model.digest;
  const evidence = isChampion ? undefined : evidenceFor(answer, override, state);
  const stamp = {
    at: new Date(deps.clock.now()).toISOString(),
    ...(override === undefined ? {} : { by: override.by }),
    revision: await deps.revision(),
  };
  const plan = planPromotion(state, bundle, evidence, stamp);
  if (request.dryRun === true || plan.entries.length === 0) return plan;
  await deps.publish?.([bundle.bundle, ...askedForLater(answer)]);
  if (override !== undefined && !isChampion) await recordOverride(answer, override, deps);
  for (const [i, entry] of plan.entries.entries())
    if (!(await registry.append(project, state.length + i, entry))) throw race(project);
  return plan;
}

function otherModel(project: string): MlError {
  return new MlError('ERR_ML_GATE_HELD', {
    message: `The bundle of ${project} holds another model than the one that was judged`,
    fix: `Package the present one, and promote that: nx run ${project}:promote`,
  });
}

function race(project: string): MlError {
  return new MlError('ERR_ML_REGISTRY_RACE', {
    message: `Somebody else wrote into the registry of ${project} while this was about to be promoted`,
    fix: `Look what it says now, nx-ml registry show ${project}, and promote again: nx run ${project}:promote`,
  });
}
