import { isJsonObject, MlError } from '../../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../../kernel/index.js';
import { pythonNumber } from '../number-text.js';

/**
 * A Python module with these values as names at its top level.
 *
 * @param classes dotted names of the maps that are classes; any other map is a dict.
 * @throws MlError ERR_ML_PARAMS_INVALID for a name that Python cannot have.
 */
export function pythonModule(params: JsonObject, file: string, classes: readonly string[]): string {
  return block(params, { file, classes, prefix: '', indent: '' });
}

interface Place {
  readonly file: string;
  readonly classes: readonly string[];
  /** `Train.` within a class. */
  readonly prefix: string;
  readonly indent: string;
}

function block(params: JsonObject, place: Place): string {
  return Object.entries(params)
    .map(([name, value]) => {
      if (!isName(name)) throw noName(place.prefix + name, place.file);
      const path = place.prefix + name;
      if (!isJsonObject(value) || !place.classes.includes(path))
        return `${place.indent}${name} = ${literal(value)}\n`;
      const body = block(value, { ...place, prefix: `${path}.`, indent: `${place.indent}    ` });
      return `${place.indent}class ${name}:\n${body === '' ? `${place.indent}    pass\n` : body}`;
    })
    .join('');
}

/** The escapes of JSON mean the same in Python. */
function literal(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return pythonNumber(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(literal).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`);
  return `{${entries.join(', ')}}`;
}

const keywords: ReadonlySet<string> = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

function isName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) && !keywords.has(text);
}

function noName(name: string, file: string): MlError {
  return new MlError('ERR_ML_PARAMS_INVALID', {
    message: `${file}: the parameter ${JSON.stringify(name)} is no name that Python can have`,
    fix: 'Rename it in ml.yaml: letters, digits and underscores, beginning with a letter.',
  });
}
