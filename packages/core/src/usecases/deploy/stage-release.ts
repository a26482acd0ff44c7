import type { DeployPolicy, StagedModel } from '../../deploy/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import type { DeployDeps } from './ports.js';
import type { ResolvedRelease } from './resolve-release.js';

export type StageEnd =
  { readonly state: 'ready' } | { readonly state: 'failed' | 'abandoned'; readonly reason: string };

/**
 * All that is looked at before users could notice: bundles whole and signed, loaded, their examples answered, quickly enough.
 *
 * @throws MlError of the bundles
 */
export async function stageRelease(
  resolved: ResolvedRelease,
  policy: DeployPolicy,
  deps: Pick<DeployDeps, 'target' | 'bundles' | 'emit' | 'signal'>,
): Promise<StageEnd> {
  try {
    return await stage(resolved, policy, deps);
  } catch (error) {
    if (deps.signal?.aborted !== true || !(error === deps.signal.reason || isMlError(error))) throw error;
    return cancelled;
  }
}

const cancelled = { state: 'abandoned', reason: 'it was cancelled' } as const;

async function stage(
  { release, bundles }: ResolvedRelease,
  { latencyBudget }: DeployPolicy,
  { target, bundles: opener, emit, signal }: Pick<DeployDeps, 'target' | 'bundles' | 'emit' | 'signal'>,
): Promise<StageEnd> {
  const opened = await opener.open(release, bundles, signal);
  try {
    const staged = await target.stage(release, opened.folders, signal);
    if (signal?.aborted === true) return cancelled;
    if (!staged.ready) return { state: 'failed', reason: `${staged.model ?? 'it'}: ${staged.reason}` };
    emit({ type: 'staged', models: staged.models });
    const slow = tooSlow(staged.models, latencyBudget);
    return slow === undefined ? { state: 'ready' } : { state: 'failed', reason: slow };
  } finally {
    await opened.close();
  }
}

function tooSlow(models: readonly StagedModel[], budget: number | undefined): string | undefined {
  for (const { name, loaded, p95 } of models)
    if (!Number.isFinite(p95) || !Number.isFinite(loaded))
      throw new MlError('ERR_ML_DEPLOY_TARGET', {
        message: `The target measured ${String(p95)} ms for ${name}`,
        fix: 'Look at the target.',
      });
  const slow = models.find(({ p95 }) => budget !== undefined && p95 > budget);
  return slow === undefined
    ? undefined
    : `${slow.name} answers its example in ${String(Math.round(slow.p95))} ms (p95), and may take ${String(budget)} ms`;
}
