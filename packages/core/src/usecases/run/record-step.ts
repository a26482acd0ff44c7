import { encodeStepManifest } from '../../documents/index.js';
import type { Revision, StepManifest } from '../../documents/index.js';
import { isMlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { keyPath, manifestPath } from '../../layout/index.js';
import { encodeKeyFile } from '../../provenance/index.js';
import type { EventSink } from '../events.js';
import type { StepPlan } from '../plan/plan-step.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';
import type { RunHistory } from '../records/run-history.js';
import { isKeyedBy } from '../plan/step-results.js';

export interface RecordStepDeps {
  readonly workspace: Workspace;
  readonly writer: WorkspaceWriter;
  readonly history: RunHistory;
  readonly revision: () => Promise<Revision | undefined>;
  readonly clock: Clock;
  readonly emit: EventSink;
}

/**
 * Writes a step's manifest into the workspace, and beside it the key documents that it was made under. Runs that the
 * workspace had not come to before enter the project's history first: the key file says that they did.
 *
 * @returns whether the workspace had not come to them before.
 */
export async function recordStep(
  plan: StepPlan,
  manifest: StepManifest,
  deps: RecordStepDeps,
): Promise<boolean> {
  const before = deps.workspace.tree.readText(keyPath(plan.ref));
  const isNews = before === undefined || !isKeyedBy(before, plan);
  if (isNews) await remember(plan, deps);
  const { project, step } = plan.ref;
  const runs = plan.runs.map(({ seed, key, document }) => ({ seed, key, document }));
  await deps.writer.write(keyPath(plan.ref), encodeKeyFile({ formatVersion: 1, project, step, runs }));
  await deps.writer.write(manifestPath(plan.ref), encodeStepManifest(manifest));
  return isNews;
}

/** The history is a comfort: when it cannot be kept, the work that was done still counts. */
async function remember({ ref, runs }: StepPlan, deps: RecordStepDeps): Promise<void> {
  try {
    await deps.history.append(ref.project, {
      formatVersion: 1,
      step: ref.step,
      at: new Date(deps.clock.now()).toISOString(),
      revision: await deps.revision(),
      runs: runs.map(({ seed, key }) => ({ seed, key })),
    });
  } catch (error) {
    if (!isMlError(error)) throw error;
    deps.emit({ type: 'history-lost', ref, error });
  }
}
