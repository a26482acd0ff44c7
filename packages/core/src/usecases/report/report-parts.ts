import { digest, revisionKeys, seed } from '../../documents/index.js';
import { measuredSchema } from '../../evaluation/index.js';
import * as z from '../../kernel/zod.js';
import type { Movement, Plot } from '../../report/index.js';
import type { ExplainedChange } from '../explain/explain-steps.js';
import type { ToldBase } from './model-report.js';

/** Parts of a report's document, with bounds that only what is made to harm exceeds. */

/** Of anything: models, changes, slices. */
export const most = 100_000;
/** Nobody reads more; the pages show the first few hundred characters. */
export const text = z.string().max(100_000);
export const count = z.int().min(0);
const number = z.number();
const better = z.enum(['higher', 'lower']);

/** In JSON what is not there is left out; here it is undefined. */
export function maybe<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.optional();
}

/** Values of parameters go through functions that call themselves. */
const deepest = 100;
const anyValue = z.unknown().refine((value) => isShallow(value, deepest), 'nested too deeply');

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

const revision = z.strictObject(revisionKeys);
const made = { model: digest, seed, predictions: maybe(digest) };
/** How it was found stands beside what it is. */
export const base: z.ZodType<ToldBase> = z
  .discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('accepted'),
      at: z.iso.datetime({ precision: 3 }),
      because: z.enum(['pass', 'override']),
      revision: maybe(revision),
      ...made,
    }),
    z.strictObject({ by: z.literal('commit'), revision: text, exact: z.boolean(), ...made }),
  ])
  .transform(({ model, seed, predictions, ...found }) => ({ found, model, seed, predictions }));

const size = z
  .array(count.nullable())
  .length(2)
  .transform(([before, after]) => [before ?? undefined, after ?? undefined] as const);
const rows = z.strictObject({ added: count, removed: count, changed: count.optional() });
const plainChange = { path: text, change: z.enum(['added', 'removed', 'edited']) };
const renaming = { path: text, change: z.literal('renamed'), from: text };
const files = z
  .array(
    z.union([
      z.strictObject({ ...plainChange, size, rows: rows.optional() }),
      z.strictObject({ ...renaming, size, rows: rows.optional() }),
    ]),
  )
  .max(most)
  .optional();
const origin = z
  .union([
    z.strictObject({ state: z.literal('committed'), commit: text, subject: text }),
    z.strictObject({ state: z.literal('uncommitted') }),
  ])
  .optional();
const from = { files, origin };
const change = z.union([
  z.strictObject({ what: z.literal('code'), ...plainChange, ...from }),
  z.strictObject({ what: z.literal('code'), ...renaming, ...from }),
  z.strictObject({
    ...{ what: z.enum(['data', 'model']), name: text, project: text },
    ...{ before: digest.optional(), after: digest.optional(), ...from },
  }),
  z.strictObject({
    ...{ what: z.literal('param'), name: text },
    ...{ before: anyValue.optional(), after: anyValue.optional(), ...from },
  }),
  z.strictObject({
    what: z.enum(['package', 'interpreter', 'variable', 'command', 'platform', 'accelerator', 'seed']),
    ...{ name: text, before: text.optional(), after: text.optional(), ...from },
  }),
]);
// What is left out is absent as in ExplainedChange, which the schema's type cannot say.
export const changes = z.array(change).max(most) as unknown as z.ZodType<readonly ExplainedChange[]>;

const difference = z.strictObject({
  ...{ gain: number, lower: number, upper: number },
  p: maybe(number),
});
export const movement: z.ZodType<Movement> = z.strictObject({
  measures: z
    .array(
      z.strictObject({
        ...{ name: text, better, unit: maybe(text) },
        ...{ before: maybe(measuredSchema), now: maybe(measuredSchema), difference: maybe(difference) },
      }),
    )
    .max(most),
  slices: z
    .array(
      z.strictObject({
        ...{ slice: text, measure: text, n: count, before: number, now: number },
        ...{ difference, moved: z.boolean() },
      }),
    )
    .max(most),
  unpaired: maybe(text),
});

/** Twice what is written: each point is drawn. */
const mostPoints = 800;
const point = z
  .array(number)
  .length(2)
  .transform(([x = 0, y = 0]) => [x, y] as const);
const series = z
  .array(z.strictObject({ of: z.enum(['now', 'before']), points: z.array(point).max(mostPoints) }))
  .max(2);
const classes = 24;
const counts = z.array(count).max(classes);
export const plots: z.ZodType<readonly Plot[]> = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.enum(['roc', 'precision-recall', 'calibration']),
        ...{ positive: text, series },
      }),
      z.strictObject({ kind: z.literal('residuals'), left: count, series }),
      z
        .strictObject({
          kind: z.literal('confusion'),
          ...{ classes: z.array(text).max(classes), counts: z.array(counts).max(classes) },
        })
        .refine(
          ({ classes, counts }) => [counts, ...counts].every(({ length }) => length === classes.length),
          'a count for each pair of classes',
        ),
    ]),
  )
  .max(20);
