import type { JsonObject } from '../../kernel/index.js';
import type { ImportNote } from './note.js';
import { isWithin } from './paths.js';
import type { DvcStage } from './stage.js';
import { hasValues, paramValues, selectParams } from './tree.js';
import type { DvcTree } from './tree.js';
import { dvcError } from './problem.js';

/** How a stage's parameters are carried over. */
export interface CarriedParams {
  /** For ml.yaml: the values of the one file, or of several by the path of the file. */
  readonly values: JsonObject;
  /** The files that are written from them. */
  readonly files: readonly string[];
  /** Files that count whole, since single values cannot be taken from them. */
  readonly whole: readonly string[];
  readonly notes: readonly ImportNote[];
}

/** @throws MlError ERR_ML_DVC_INVALID for a file or a name that is not there. */
export function carryParams(stage: DvcStage, tree: DvcTree): CarriedParams {
  const isDep = (file: string): boolean => stage.deps.some((dep) => isWithin(file, dep));
  const byValue = stage.params.filter(({ file }) => hasValues(file) && !isDep(file));
  const whole = stage.params.filter(({ file }) => !hasValues(file) && !isDep(file));
  const values = byValue.map(({ file, keys }): readonly [string, JsonObject] => {
    const all = paramValues(tree, file);
    if (all === undefined) throw missing(file, stage);
    return [file, keys === undefined ? all : selectParams(all, keys, { file, where: stage.place })];
  });
  const absent = whole.find(({ file }) => !tree.isFile(file));
  if (absent !== undefined) throw missing(absent.file, stage);
  return {
    values: values.length === 1 ? (values[0]?.[1] ?? {}) : Object.fromEntries(values),
    files: byValue.map(({ file }) => file),
    whole: whole.map(({ file }) => file),
    notes: whole
      .filter(({ keys }) => keys !== undefined)
      .map(({ file }) => ({
        where: stage.name,
        what: `the choice of single parameters in ${file}`,
        mend: 'The whole file counts. Only of YAML and JSON can single values count.',
      })),
  };
}

function missing(file: string, stage: DvcStage): Error {
  return dvcError({
    where: stage.place,
    message: `lists parameters of ${file}, which is not there`,
    fix: `Create ${file}, or take it out of \`params\`.`,
  });
}
