import type { SourceTree } from '../../imports/index.js';
import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { mergeParams, parseParamsFile } from '../../manifest/index.js';
import { dvcError } from './problem.js';

/** The workspace as an import sees it. */
export interface DvcTree extends SourceTree {
  isIgnored(path: string): boolean;
}

const skipped = new Set(['.git', '.dvc', '.nx', '.nx-ml', 'node_modules']);

/** Every file below a folder that git does not ignore, sorted by folder and name. */
export function filesBelow(tree: DvcTree, folder: string): readonly string[] {
  return [...tree.listFolder(folder)].sort().flatMap((name) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (skipped.has(name) || tree.isIgnored(path)) return [];
    return tree.isFile(path) ? [path] : filesBelow(tree, path);
  });
}

/** Does git hold this file, or a file below this folder? */
export function isTracked(tree: DvcTree, path: string): boolean {
  if (path !== '' && tree.isIgnored(path)) return false;
  return tree.isFile(path) || filesBelow(tree, path).length > 0;
}

/** Is a params file one of which single values can be taken? */
export function hasValues(file: string): boolean {
  return /\.(?:ya?ml|json)$/.test(file);
}

/**
 * The values in a params file; undefined where there is no such file.
 *
 * @throws MlError ERR_ML_PARAMS_INVALID, ERR_ML_DVC_INVALID for a format of which values cannot be taken.
 */
export function paramValues(tree: DvcTree, file: string): JsonObject | undefined {
  const text = tree.readText(file);
  if (text === undefined) return undefined;
  if (!hasValues(file))
    throw dvcError({
      where: file,
      message: 'is no YAML or JSON, so that its values cannot be put into templates',
      fix: 'Write the values that dvc.yaml uses in a YAML or JSON file.',
    });
  return isBlank(text) ? {} : parseParamsFile(text, file);
}

function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*|---)?$/.test(line));
}

/** Only the named values, at their places. @throws MlError ERR_ML_DVC_INVALID for a name that is not there. */
export function selectParams(
  values: JsonObject,
  keys: readonly string[],
  place: { readonly file: string; readonly where: string },
): JsonObject {
  return keys.reduce<JsonObject>((chosen, key) => {
    const [first = '', ...rest] = key.split('.');
    const value = Object.hasOwn(values, first) ? values[first] : undefined;
    if (value === undefined)
      throw dvcError({
        where: place.where,
        message: `lists the parameter \`${key}\`, which ${place.file} does not have`,
        fix: `Add it to ${place.file}, or take it out of \`params\`.`,
      });
    if (rest.length === 0 || Array.isArray(value)) return { ...chosen, [first]: value };
    const known = chosen[first];
    const below = isJsonObject(value) ? value : {};
    const picked = selectParams(below, [rest.join('.')], place);
    return { ...chosen, [first]: isJsonObject(known) ? mergeParams(known, picked) : picked };
  }, {});
}
