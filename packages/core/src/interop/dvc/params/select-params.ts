import { isJsonObject } from '../../../kernel/index.js';
import type { JsonObject } from '../../../kernel/index.js';
import { mergeParams } from '../../../manifest/index.js';
import { dvcError } from '../problem.js';

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
