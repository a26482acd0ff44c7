import type { TrustedKey } from '../../bundle/index.js';
import { MlError } from '../../kernel/index.js';
import type { PromotedBundle, PromotionPlan } from '../../registry/index.js';
import { GateWork } from '../gate/gate-work.js';
import type { GateWorkDeps } from '../gate/gate-work.js';
import type { GateAnswer } from '../gate/gate-answer.js';
import type { AcceptDeps, Override } from '../gate/index.js';
import { findPackage } from '../package/find-package.js';
import type { PackagePlanDeps } from '../package/package-plan.js';
import { verifyStoredBundle } from '../package/stored-bundle.js';
import { holdsModel } from './holds-model.js';
import { promoteModel } from './promote-model.js';

export interface PromoteDeps
  extends GateWorkDeps, PackagePlanDeps, Pick<AcceptDeps, 'clock' | 'revision' | 'publish'> {
  /** Whose signature a bundle needs; none: no signature is asked for. */
  readonly trustedKeys?: (() => readonly TrustedKey[]) | undefined;
}

export interface PromoteRequest {
  readonly project: string;
  readonly override?: Override | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Promotes what the workspace packaged: the bundle is verified whole, and must hold exactly the model that the gate speaks of now.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING where the present model was not packaged, and those of verifyStoredBundle and promoteModel
 */
export async function promotePackaged(
  { project, ...how }: PromoteRequest,
  deps: PromoteDeps,
): Promise<PromotionPlan> {
  const bundle = await packagedBundle(project, deps);
  const answer = await answerOn(project, deps);
  return promoteModel({ answer, bundle, ...how }, { ...deps, journals: deps.stores.journals });
}

async function packagedBundle(project: string, deps: PromoteDeps): Promise<PromotedBundle> {
  const { plan, bundle } = await findPackage(project, deps);
  const { run, evaluated } = plan;
  const model = run.inputs['model'];
  if (bundle === undefined || model === undefined) throw notPackaged(project);
  const { objects } = deps.stores;
  const verified = await verifyStoredBundle(bundle, { trustedKeys: deps.trustedKeys?.() ?? [] }, objects);
  if (!(await holdsModel(verified.files, model, objects)))
    throw new MlError('ERR_ML_BUNDLE_DAMAGED', {
      message: `The bundle of ${project} does not hold the model that was trained`,
      fix: `Package it again: nx run ${project}:package --skip-nx-cache`,
    });
  return { bundle, manifest: verified.digest, model, metrics: evaluated?.result.metrics ?? {} };
}

async function answerOn(project: string, deps: PromoteDeps): Promise<GateAnswer> {
  const work = new GateWork(project, deps, { lookOnly: true });
  await work.resolve();
  const outcome = await work.finish();
  if (outcome.state !== 'judged') throw new Error('a gate judges');
  return outcome.answer;
}

function notPackaged(project: string): MlError {
  return new MlError('ERR_ML_OBJECT_MISSING', {
    message: `The model of ${project} as it is now was not packaged`,
    fix: `Package it: nx run ${project}:package`,
  });
}
