import type { JsonObject } from '../../../kernel/index.js';
import { parseParamsFile } from '../../../manifest/index.js';
import { dvcError } from '../problem.js';
import type { DvcTree } from '../tree.js';
import { readPythonParams } from './python-params.js';
import { nothing } from './reading.js';
import type { ParamsReading } from './reading.js';
import { readTomlParams } from './toml-params.js';

/** Is a params file one of which single values can be taken? */
export function hasValues(file: string): boolean {
  return /\.(?:ya?ml|json|toml|py)$/.test(file);
}

/**
 * What a params file holds; undefined where there is no such file.
 *
 * @param file workspace-relative.
 * @throws MlError ERR_ML_PARAMS_INVALID, ERR_ML_DVC_INVALID for a format of which values cannot be taken.
 */
export function readParams(tree: DvcTree, file: string): ParamsReading | undefined {
  const text = tree.readText(file);
  if (text === undefined) return undefined;
  if (file.endsWith('.toml')) return readTomlParams(text, file);
  if (file.endsWith('.py')) return readPythonParams(text, file);
  if (hasValues(file)) return isBlank(text) ? nothing : { ...nothing, values: parseParamsFile(text, file) };
  throw dvcError({
    where: file,
    message: 'is no YAML, JSON, TOML or Python, so that its values cannot be put into templates',
    fix: 'Write the values that dvc.yaml uses in one of these formats.',
  });
}

/** Its values alone. @throws MlError as readParams */
export function paramValues(tree: DvcTree, file: string): JsonObject | undefined {
  return readParams(tree, file)?.values;
}

function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*|---)?$/.test(line));
}
