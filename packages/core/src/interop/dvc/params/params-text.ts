import type { JsonObject } from '../../../kernel/index.js';
import { jsonText } from '../json-text.js';
import { pythonModule } from './python-module.js';
import { tomlText } from './toml-params.js';

/**
 * A params file with these values, in the format that its name tells. YAML is written as JSON, which every reader of YAML
 * reads alike.
 *
 * @param classes dotted names of the maps that a Python file has as classes.
 * @throws MlError ERR_ML_PARAMS_INVALID for a value that the format does not have.
 */
export function paramsFileText(params: JsonObject, file: string, classes: readonly string[] = []): string {
  if (file.endsWith('.toml')) return tomlText(params, file);
  if (file.endsWith('.py')) return pythonModule(params, file, classes);
  return `${jsonText(params)}\n`;
}
