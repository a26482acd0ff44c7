import type { JsonObject } from '../../kernel/index.js';
import type { ImportNote } from './note.js';
import { hasValues, readParams, selectParams } from './params/index.js';
import type { ParamsReading, Uncarried } from './params/index.js';
import { isWithin } from './paths.js';
import { dvcError } from './problem.js';
import type { DvcStage } from './stage.js';
import type { DvcTree } from './tree.js';

/** How a stage's parameters are carried over. */
export interface CarriedParams {
  /** For ml.yaml: the values of the one file, or of several by the path of the file. */
  readonly values: JsonObject;
  /** The files that are written from them. */
  readonly files: readonly string[];
  /** `params.py:Train`: the maps that a Python file has as classes. */
  readonly classes: readonly string[];
  /** Files that count whole, since single values cannot be taken from them. */
  readonly whole: readonly string[];
  readonly notes: readonly ImportNote[];
}

type StageParams = DvcStage['params'][number];

/** One params file of a stage: its values, or undefined where it counts whole. */
interface CarriedFile {
  readonly file: string;
  readonly values: JsonObject | undefined;
  readonly classes: readonly string[];
  readonly notes: readonly ImportNote[];
}

/** @throws MlError ERR_ML_DVC_INVALID for a file or a name that is not there, or whose value must be computed. */
export function carryParams(stage: DvcStage, tree: DvcTree): CarriedParams {
  // What is among `deps` counts whole to DVC too, and is code here.
  const files = stage.params
    .filter(({ file }) => !stage.deps.some((dep) => isWithin(file, dep)))
    .map((params) => carryFile(params, stage, tree));
  const byValue = files.flatMap(({ file, values }) =>
    values === undefined ? [] : [[file, values] as const],
  );
  return {
    values: byValue.length === 1 ? (byValue[0]?.[1] ?? {}) : Object.fromEntries(byValue),
    files: byValue.map(([file]) => file),
    classes: files.flatMap(({ file, classes }) => classes.map((name) => `${file}:${name}`)),
    whole: files.flatMap(({ file, values }) => (values === undefined ? [file] : [])),
    notes: files.flatMap(({ notes }) => notes),
  };
}

function carryFile({ file, keys }: StageParams, stage: DvcStage, tree: DvcTree): CarriedFile {
  if (!tree.isFile(file)) throw missing(file, stage);
  const reading = hasValues(file) ? readParams(tree, file) : undefined;
  if (reading === undefined) return whole(file, keys === undefined ? [] : [unknownFormat(file, stage)]);
  refuseExpressions(keys, reading, { file, where: stage.place });
  const note = obstacle(keys, reading, stage);
  if (note !== undefined) return whole(file, [note]);
  const { values } = reading;
  const isChosen = (name: string): boolean => isSelected(name, keys);
  return {
    file,
    values: keys === undefined ? values : selectParams(values, keys, { file, where: stage.place }),
    classes: reading.classes.filter(isChosen),
    notes: reading.tuples.filter(isChosen).map((name) => ({
      where: stage.name,
      what: `the tuple ${name} of ${file}`,
      mend: 'The script finds a list in its place: `tuple(...)` around it where that matters.',
    })),
  };
}

function whole(file: string, notes: readonly ImportNote[]): CarriedFile {
  return { file, values: undefined, classes: [], notes };
}

/** Is a value among what is listed: itself, something around it, or something in it? */
function isSelected(name: string, keys: readonly string[] | undefined): boolean {
  const isBelow = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`);
  return keys === undefined || keys.some((key) => isBelow(name, key) || isBelow(key, name));
}

/** DVC does not find such a parameter either, and says that it is missing. */
function refuseExpressions(
  keys: readonly string[] | undefined,
  { uncarried }: ParamsReading,
  { file, where }: { readonly file: string; readonly where: string },
): void {
  const computed = uncarried.find(({ kind, name }) => kind === 'expression' && keys?.includes(name) === true);
  if (computed === undefined) return;
  throw dvcError({
    where: computed.where,
    message: `computes \`${computed.name}\`, which ${where} lists as a parameter: ${computed.what}`,
    fix: `Write its value out in ${file}: a number, a text, True, False, None, or lists and dicts of them.`,
  });
}

/**
 * Why a file must count whole. A Python file with code stays what it is: a module written from its values alone would lack
 * what scripts import from it.
 */
function obstacle(
  keys: readonly string[] | undefined,
  { uncarried }: ParamsReading,
  stage: DvcStage,
): ImportNote | undefined {
  const first = uncarried.find(({ kind, name }) => kind !== 'value' || isSelected(name, keys));
  return first === undefined
    ? undefined
    : { where: stage.name, what: `the choice of single parameters: ${told(first)}`, mend: mendOf(first) };
}

function told({ kind, name, where, what }: Uncarried): string {
  return kind === 'statement' ? `${where} is code: ${what}` : `${where} has ${name}, ${what}`;
}

function mendOf({ kind }: Uncarried): string {
  return kind === 'value'
    ? 'The whole file counts. Only what JSON can hold goes into ml.yaml: write it as a text, or as a list.'
    : 'The whole file counts. Move the code to another module, and single values count.';
}

function unknownFormat(file: string, stage: DvcStage): ImportNote {
  return {
    where: stage.name,
    what: `the choice of single parameters in ${file}`,
    mend: 'The whole file counts. Of YAML, JSON, TOML and Python single values can count.',
  };
}

function missing(file: string, stage: DvcStage): Error {
  return dvcError({
    where: stage.place,
    message: `lists parameters of ${file}, which is not there`,
    fix: `Create ${file}, or take it out of \`params\`.`,
  });
}
