import type { TrustedKey } from '../../bundle/index.js';
import { isJsonObject } from '../../kernel/index.js';
import { keyPath } from '../../layout/index.js';
import { decodeKeyFile } from '../../provenance/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { Workspace } from '../ports.js';
import type { RunStore } from '../records/run-store.js';
import { buildStepManifest } from '../../documents/index.js';
import { manifestOnDisk } from '../plan/step-results.js';
import type { FoundResult } from '../plan/step-results.js';
import { planPackage } from './package-plan.js';
import type { PackagePlan, PackagePlanDeps } from './package-plan.js';

export interface FindPackageDeps extends PackagePlanDeps {
  readonly runs: Pick<RunStore, 'find'>;
  readonly trustedKeys?: (() => readonly TrustedKey[]) | undefined;
}

export interface FoundPackage {
  /** Under the key of whoever signed it; where there is no bundle, under that of this machine. */
  readonly plan: PackagePlan;
  /** undefined where the model as it is now was not packaged. */
  readonly found: FoundResult | undefined;
  /** The stored bundle. */
  readonly bundle: ObjectRef | undefined;
}

/**
 * The package of a model as the workspace describes it now. Whoever promotes or deploys it need not have the key that it was signed with, so
 * it is looked for under those who may have signed it: this machine, else who signed the last one here, whoever is trusted, and nobody.
 *
 * @throws MlError those of planPackage
 */
export async function findPackage(project: string, deps: FindPackageDeps): Promise<FoundPackage> {
  const own = await planPackage(project, deps);
  for (const signedBy of own.key === undefined ? signersOf(project, deps) : []) {
    const other = await foundUnder(await planPackage(project, deps, { signedBy }), deps);
    if (other.bundle !== undefined) return other;
  }
  return foundUnder(own, deps);
}

async function foundUnder(plan: PackagePlan, deps: FindPackageDeps): Promise<FoundPackage> {
  const found = await resultOf(plan, deps);
  return { plan, found, bundle: found?.manifest.runs[0]?.outputs['bundle'] };
}

/** As of other steps, what lies in the workspace under exactly this key counts as well: of its bytes some may be at the remote alone. */
async function resultOf(
  { plan, run }: PackagePlan,
  { runs, workspace }: FindPackageDeps,
): Promise<FoundResult | undefined> {
  const manifest = manifestOnDisk(plan, workspace.tree);
  if (manifest !== undefined) return { manifest, from: 'workspace' };
  const result = await runs.find(run.key);
  if (result === undefined) return undefined;
  const { project, step } = plan.ref;
  return {
    manifest: buildStepManifest({ project, step, runs: [{ seed: run.seed, result }] }),
    from: 'store',
  };
}

function signersOf(project: string, { workspace, trustedKeys }: FindPackageDeps): ReadonlySet<string> {
  const last = lastSigner(project, workspace);
  const trusted = (trustedKeys?.() ?? []).map(({ id }) => id);
  return new Set(last === null ? trusted : [last, ...trusted]);
}

/** Id of the key that signed the package which was made here last; null where nobody did. */
function lastSigner(project: string, { tree }: Pick<Workspace, 'tree'>): string | null {
  const text = tree.readText(keyPath({ project, step: 'package' }));
  const evidence = text === undefined ? undefined : decodeKeyFile(text)?.runs[0]?.document.params['evidence'];
  const signedBy = isJsonObject(evidence) ? evidence['signedBy'] : undefined;
  return typeof signedBy === 'string' ? signedBy : null;
}
