import * as z from '../kernel/zod.js';
import type { ObjectRef } from '../store/index.js';
import { documentCodec } from './codec.js';
import { formatVersion1, metricName, metrics, outputs, project, seed, step } from './document-fields.js';
import { summariseRuns } from './metric-summary.js';
import type { MetricSummary } from './metric-summary.js';
import type { RunResult } from './run-result.js';
import type { StepName } from './document-fields.js';

/** What one run of a step made. */
export interface ManifestRun {
  /** null for the data step. */
  readonly seed: number | null;
  readonly outputs: Readonly<Record<string, ObjectRef>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * The result of a step, which is all that Nx caches of it: names of stored objects and metrics. It holds no clock, no
 * host and no run key, so that a rebuild to the same bytes gives the same manifest, and what depends on it stays
 * as it is.
 */
export interface StepManifest {
  readonly formatVersion: 1;
  readonly project: string;
  readonly step: StepName;
  /** At least one; by rising seed, no seed twice. */
  readonly runs: readonly ManifestRun[];
  /** Each metric over the runs. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
}

const summary = z.strictObject({ mean: z.number(), std: z.number().min(0).nullable(), n: z.int().min(1) });

const schema: z.ZodType<StepManifest> = z
  .strictObject({
    formatVersion: formatVersion1,
    project,
    step,
    runs: z.array(z.strictObject({ seed, outputs, metrics })).min(1),
    metrics: z.record(metricName, summary),
  })
  .refine(({ runs }) => isRising(runs), 'runs are not in the order of their seeds, or one stands twice')
  .refine((manifest) => isSummaryOf(manifest), 'metrics do not match those of the runs');

const codec = documentCodec({
  name: 'step manifest',
  formatVersion: 1,
  schema,
  fix: 'Run the step again with --skip-nx-cache: its result is restored from the store, not made anew.',
});

export interface StepManifestInput {
  readonly project: string;
  readonly step: StepName;
  /** In any order. */
  readonly runs: readonly { readonly seed: number | null; readonly result: RunResult }[];
}

export function buildStepManifest(input: StepManifestInput): StepManifest {
  const runs = input.runs
    .map(({ seed, result }) => ({ seed, outputs: result.outputs, metrics: result.metrics }))
    .sort((a, b) => (a.seed ?? -1) - (b.seed ?? -1));
  return { formatVersion: 1, project: input.project, step: input.step, runs, metrics: summariseRuns(runs) };
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a document that decodeStepManifest would refuse. */
export const encodeStepManifest = (manifest: StepManifest): Buffer => codec.encode(manifest);

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export const decodeStepManifest = (bytes: Uint8Array): StepManifest => codec.decode(bytes);

/** A run without a seed stands alone. */
function isRising(runs: readonly ManifestRun[]): boolean {
  if (runs.length === 1) return true;
  return runs.every(({ seed }, index) => seed !== null && seed > (runs[index - 1]?.seed ?? -1));
}

function isSummaryOf({ runs, metrics: told }: StepManifest): boolean {
  const found = summariseRuns(runs);
  const names = Object.keys(found);
  return (
    names.length === Object.keys(told).length &&
    names.every((name) => Object.hasOwn(told, name) && isClose(told[name], found[name]))
  );
}

/** The last digits are left free: another release may add up in another order. */
function isClose(a: MetricSummary | undefined, b: MetricSummary | undefined): boolean {
  if (a?.n !== b?.n || a === undefined || b === undefined) return false;
  const scale = Math.max(Math.abs(b.mean), b.std ?? 0);
  const near = (x: number, y: number): boolean => Math.abs(x - y) <= 1e-9 * scale;
  return near(a.mean, b.mean) && (a.std === null || b.std === null ? a.std === b.std : near(a.std, b.std));
}
