import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue, MlError } from '../../kernel/index.js';

/** What `vars` is loaded with. */
export interface VarsContext {
  /** Values of a params file, by its path relative to the working folder; undefined: no such file. */
  readonly load: (file: string) => JsonObject | undefined;
  readonly refuse: (index: number, message: string, fix: string) => MlError;
}

const defaultParams = 'params.yaml';

/**
 * The scope of a dvc.yaml: params.yaml, where there is one, and on it what `vars` lists, in order. Maps are merged
 * key by key; a value is never redefined.
 *
 * @throws MlError ERR_ML_DVC_INVALID
 */
export function globalScope(vars: readonly JsonValue[], context: VarsContext): JsonObject {
  return withVars(context.load(defaultParams) ?? {}, vars, context);
}

/** A scope with a stage's own `vars` on it. @throws MlError ERR_ML_DVC_INVALID */
export function withVars(base: JsonObject, vars: readonly JsonValue[], context: VarsContext): JsonObject {
  return vars.reduce<JsonObject>((scope, item, index) => {
    if (isJsonObject(item)) return merge(scope, item, index, context);
    if (typeof item !== 'string' || item.split(':')[0] === defaultParams) return scope;
    return merge(scope, loaded(item, index, context), index, context);
  }, base);
}

/** `config.json` whole, `config.json:train,test` by its keys. */
function loaded(item: string, index: number, { load, refuse }: VarsContext): JsonObject {
  const [file = '', list = ''] = item.split(':', 2);
  const values = load(file);
  if (values === undefined)
    throw refuse(
      index,
      `names the file ${file}, which is not there`,
      `Create ${file}, or take it out of \`vars\`.`,
    );
  const keys = list.split(',').filter((key) => key !== '');
  if (keys.length === 0) return values;
  const missing = keys.find((key) => !Object.hasOwn(values, key));
  if (missing !== undefined)
    throw refuse(
      index,
      `asks for \`${missing}\`, which ${file} does not have`,
      `It has: ${Object.keys(values).join(', ')}.`,
    );
  return Object.fromEntries(keys.map((key) => [key, values[key] ?? null]));
}

function merge(base: JsonObject, over: JsonObject, index: number, context: VarsContext): JsonObject {
  const merged: Record<string, JsonValue> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const known = Object.hasOwn(merged, key) ? merged[key] : undefined;
    if (known !== undefined && !(isJsonObject(known) && isJsonObject(value)))
      throw context.refuse(
        index,
        `defines \`${key}\` again`,
        'Give one of the two another name: DVC redefines nothing.',
      );
    merged[key] = isJsonObject(known) && isJsonObject(value) ? merge(known, value, index, context) : value;
  }
  return merged;
}
