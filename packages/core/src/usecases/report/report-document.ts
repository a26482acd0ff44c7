import { formatVersion1, metrics, parseDocument, project, seed } from '../../documents/index.js';
import { behaviourSchema, exampleCountsSchema, weakSchema } from '../../evaluation/index.js';
import { policySchema, verdictSchema } from '../../gate/index.js';
import * as z from '../../kernel/zod.js';
import type { ModelReport } from './model-report.js';
import { base, changes, count, maybe, most, movement, plots, text } from './report-parts.js';

/** A report as one machine wrote it, `--format json`: what another one needs to tell the same. */
export interface ReportDocument {
  /** When it was written; ISO 8601, UTC. */
  readonly at: string;
  /** What was checked out. */
  readonly head: string | undefined;
  readonly models: readonly ModelReport[];
}

/** Bytes. A model that changed takes some tens of thousands. */
export const longestReport = 64 * 1024 * 1024;

const error = z.strictObject({ code: text, message: text, fix: text });
const step = z.strictObject({
  step: z.enum(['data', 'train', 'evaluate']),
  state: z.enum(['current', 'restore', 'run', 'waits', 'broken']),
  tookMs: z.number().min(0),
  gpus: z.number().min(0),
  runs: count,
});

// No strict objects here: sums and costs stand beside it for other readers, and are made anew from the rest.
const model = z
  .object({
    project,
    root: text,
    state: z.enum(['same', 'changed', 'new', 'unmade', 'broken']),
    sealed: z.boolean(),
    error: maybe(error),
    steps: z.array(step).max(10),
    base: maybe(base),
    baseError: maybe(error),
    changes: maybe(changes),
    movement: maybe(movement),
    figures: maybe(z.strictObject({ examples: exampleCountsSchema, weak: weakSchema.optional(), seed })),
    behaviour: z.array(behaviourSchema).max(most),
    noFigures: maybe(text),
    own: maybe(z.strictObject({ before: metrics, now: metrics })),
    plots,
    policy: maybe(policySchema),
    verdict: maybe(verdictSchema),
    lines: z.strictObject({ gate: count, evaluate: count }),
  })
  .transform(({ steps, ...rest }): ModelReport => ({
    ...rest,
    steps: steps.map((one) => ({ ...one, ref: { project: rest.project, step: one.step } })),
  }));

const schema: z.ZodType<ReportDocument> = z.object({
  formatVersion: formatVersion1,
  at: z.iso.datetime({ precision: 3 }),
  head: maybe(text),
  models: z.array(model).max(most),
});

/** Reads a report of another machine, which may be anybody's. @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeReport(bytes: Uint8Array): ReportDocument {
  return parseDocument(bytes, {
    ...{ name: 'report', formatVersion: 1, schema },
    fix: 'nx-ml report --format json writes one that can be read.',
  });
}
