import type { StepManifest } from '../../documents/index.js';
import type { Digest } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { StepForecast } from './forecast-steps.js';
import type { Workspace } from '../ports.js';
import type { RunStore } from '../records/run-store.js';
import { upstreamOf } from './upstream.js';

/** A result that counts as made, as its manifest lies in the workspace, and whose bytes are not all in a store that can be asked. */
export interface LostResult {
  /** Steps that would or may execute, and read it. */
  readonly readBy: readonly StepRef[];
}

export interface ForetoldStep {
  readonly ref: StepRef;
  readonly forecast: StepForecast;
}

export interface LostResultsDeps {
  readonly workspace: Workspace;
  readonly runs: RunStore;
}

/**
 * The current steps whose results the store has lost, or never had, by step id. What becomes of such a step is Nx's
 * choice: its cache keeps manifests alone, so where it hits, nothing runs and whoever reads the bytes fails. Where it
 * misses, which any file of the project brings about, the step is executed again.
 *
 * Where a step that would execute reads a result, each file of it is looked up, as at a restore: that step would meet
 * the loss. Of all other results only the objects that the manifests name are looked up, in one question, so that a
 * thousand models cost a thousand looks and no reading. Bytes are not verified: that is for whoever reads them.
 */
export async function lostResults(
  steps: readonly ForetoldStep[],
  { workspace, runs }: LostResultsDeps,
): Promise<ReadonlyMap<string, LostResult>> {
  const made = steps.flatMap(({ ref, forecast }) =>
    isMade(forecast) ? [{ id: stepId(ref), refs: outputsOf(forecast.manifest) }] : [],
  );
  const missing = await runs.missing(made.flatMap(({ refs }) => refs));
  const readers = readersByStep(steps, workspace);
  const lost = await Promise.all(
    made.map(async ({ id, refs }) => {
      const readBy = readers.get(id) ?? [];
      const gone = isAnyIn(missing, refs) || (readBy.length > 0 && !(await runs.holdsAll(refs)));
      return gone ? [[id, { readBy }] as const] : [];
    }),
  );
  return new Map(lost.flat());
}

/** Is one step such a step? Each file of its result is looked up. */
export async function isLost(forecast: StepForecast, runs: RunStore): Promise<boolean> {
  return isMade(forecast) && !(await runs.holdsAll(outputsOf(forecast.manifest)));
}

type MadeForecast = Extract<StepForecast, { readonly state: 'current' | 'restore' }>;

/** Bytes of given data are put into the store when they are read. */
export function isMade(forecast: StepForecast): forecast is MadeForecast {
  return forecast.state === 'current' && forecast.from === 'workspace';
}

export function outputsOf({ runs }: StepManifest): readonly ObjectRef[] {
  return runs.flatMap(({ outputs }) => Object.values(outputs));
}

function isAnyIn(missing: ReadonlySet<Digest>, refs: readonly ObjectRef[]): boolean {
  return refs.some(({ digest }) => missing.has(digest));
}

/** Which of the steps that would or may execute read a step's result, by its id. */
export function readersByStep(
  steps: readonly ForetoldStep[],
  workspace: Workspace,
): ReadonlyMap<string, readonly StepRef[]> {
  const readers = new Map<string, StepRef[]>();
  for (const { ref, forecast } of steps) {
    if (forecast.state !== 'run' && forecast.state !== 'waits') continue;
    const project = workspace.mlProject(ref.project);
    for (const source of project === undefined ? [] : upstreamOf(project, ref)) {
      const known = readers.get(stepId(source.ref));
      if (known === undefined) readers.set(stepId(source.ref), [ref]);
      else known.push(ref);
    }
  }
  return readers;
}
