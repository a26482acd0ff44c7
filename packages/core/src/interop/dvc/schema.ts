import type { JsonValue } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';

/**
 * The documents of DVC as its reference describes them (dvc.yaml, dvc.lock of schema 2.0, .dvc files). Messages complete
 * the sentence "`key` of a stage must be ...". Unknown keys are refused: what we do not know we cannot carry over.
 */

const json = z.unknown() as unknown as z.ZodType<JsonValue>;
const text = z.string('a text');
const flag = z.boolean('true or false');
const texts = z.array(text, 'a list of texts');

const annotation = {
  desc: text.optional(),
  type: text.optional(),
  labels: texts.optional(),
  meta: json.optional(),
};

const outKeys = {
  ...annotation,
  cache: flag.optional(),
  persist: flag.optional(),
  checkpoint: flag.optional(),
  remote: text.optional(),
  push: flag.optional(),
};
const outSettings = z.strictObject(outKeys, 'a map of settings').nullable();
const outRule = 'a path, or a map from a path to its settings';
const out = z.union([text, z.record(text, outSettings, outRule)], outRule);

const plotKeys = {
  template: text.optional(),
  x: text.optional(),
  y: text.optional(),
  x_label: text.optional(),
  y_label: text.optional(),
  title: text.optional(),
  header: flag.optional(),
};
const plotSettings = z.strictObject({ ...outKeys, ...plotKeys }, 'a map of settings').nullable();
const plot = z.union(
  [text, z.record(text, z.union([plotSettings, z.array(plotSettings)], 'a map of settings'), outRule)],
  outRule,
);

const paramsRule = 'the name of a parameter, or a map from a file to a list of names';
const params = z.union([text, z.record(text, texts.nullable(), 'a map from a file to names')], paramsRule);

const vars = z.array(z.union([text, z.record(text, json)], 'a file or a map'), 'a list of files and maps');

export const stageSchema = z.strictObject(
  {
    cmd: z.union([text, texts.min(1, 'at least one command')], 'a command or a list of commands'),
    wdir: text.optional(),
    deps: texts.optional(),
    outs: z.array(out, 'a list of paths').optional(),
    params: z.array(params, 'a list of parameters').optional(),
    metrics: z.array(out, 'a list of paths').optional(),
    plots: z.array(plot, 'a list of paths').optional(),
    frozen: flag.optional(),
    always_changed: flag.optional(),
    desc: text.optional(),
    meta: json.optional(),
    vars: vars.optional(),
  },
  'a map with at least a cmd',
);
export type StageDefinition = z.infer<typeof stageSchema>;

export const foreachSchema = z.strictObject({
  foreach: json,
  do: z.record(text, json, 'a stage'),
});

const artifact = z.strictObject({ path: text, ...annotation }, 'a map with a path');

export const dvcYamlSchema = z.strictObject({
  stages: z.record(text, z.record(text, json, 'a stage'), 'a map of stages').optional(),
  vars: vars.optional(),
  params: texts.optional(),
  metrics: texts.optional(),
  plots: z.array(json, 'a list of plots').optional(),
  artifacts: z.record(text, artifact, 'a map of artifacts').optional(),
  datasets: json.optional(),
});

const countRule = 'a whole number, 0 or more';
const count = z.int(countRule).min(0, countRule);

/** What DVC says of a file or folder that it keeps by its content. */
const hashed = z.object(
  {
    path: text,
    md5: z
      .string()
      .regex(/^[0-9a-f]{32}(?:\.dir)?$/, 'an MD5 sum of 32 hexadecimal digits, with .dir for a folder')
      .optional(),
    hash: text.optional(),
    size: count.optional(),
    nfiles: count.optional(),
    remote: text.nullish(),
  },
  'a map with a path',
);
export type HashedPath = z.infer<typeof hashed>;

export const pointerSchema = z.object({
  outs: z.array(hashed, 'a list').min(1, 'at least one entry'),
  deps: z.array(json, 'a list').nullish(),
  wdir: text.nullish(),
});

/** One stage of dvc.lock. */
export const lockedStageSchema = z.object(
  {
    cmd: z.union([text, texts], 'a command or a list of commands'),
    deps: z.array(hashed, 'a list').optional(),
    params: z.record(text, z.record(text, json, 'a map of values'), 'a map of files').optional(),
    outs: z.array(hashed, 'a list').optional(),
  },
  'a map with a cmd',
);

export const lockSchema = z.object({
  schema: z.literal('2.0', '2.0: dvc.lock of an older DVC is rewritten by `dvc commit`'),
  stages: z
    .record(text, z.object({ outs: z.array(hashed, 'a list').optional() }, 'a map'), 'a map of stages')
    .optional(),
});
