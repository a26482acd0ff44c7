import { canonicalJson, isJsonObject, MlError } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { isCollection, isScalar, parseDocument } from '../kernel/yaml.js';
import { readYaml } from './read-yaml.js';

/** A parameter to write; undefined: to take away. */
export interface ParamEdit {
  readonly path: readonly string[];
  readonly value: JsonValue | undefined;
}

export interface EditParamsInput {
  /** Workspace-relative, for messages and for the ending. */
  readonly file: string;
  readonly text: string;
  /** Where the parameters stand in the file: `['params']` in ml.yaml, nowhere deeper in a params file. */
  readonly at: readonly string[];
  readonly edits: readonly ParamEdit[];
  /** What the parameters are to be afterwards. */
  readonly expected: JsonObject;
}

/**
 * The text of a file with other parameters. A value in the place of another leaves every other character as it is; whatever else is
 * there, comments above all, is kept where a parameter comes or goes, though it may be laid out anew.
 *
 * @throws MlError ERR_ML_PARAMS_INVALID where that would change something else, such as through an anchor; then nothing is to be written.
 */
export function editParams(input: EditParamsInput): string {
  const { text, file, at } = input;
  const isJson = file.endsWith('.json');
  const replaced = withReplacements(input, isJson);
  if (isAsExpected(replaced, input)) return replaced;
  const edited =
    isJson && at.length === 0 ? asJson(text, input.expected) : withStructure({ ...input, text: replaced });
  if (edited !== undefined && isAsExpected(edited, input)) return edited;
  throw new MlError('ERR_ML_PARAMS_INVALID', {
    message: `${file}: the parameters cannot be written without changing something else, such as what shares an anchor with them`,
    fix: `Write them yourself: ${input.edits.map(({ path, value }) => `${path.join('.')}: ${value === undefined ? '(none)' : JSON.stringify(value)}`).join(', ')}`,
  });
}

function isAsExpected(text: string, { at, expected, text: before }: EditParamsInput): boolean {
  const [value, old] = [readYaml(text).value, readYaml(before).value];
  if (value === undefined) return false;
  // All that is no parameter must be what it was.
  const apart = (whole: JsonValue | undefined): string => canonicalJson(without(whole, at) ?? null);
  return canonicalJson(valueAt(value, at) ?? {}) === canonicalJson(expected) && apart(value) === apart(old);
}

function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (inner, key) => (isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

function without(value: JsonValue | undefined, [key, ...rest]: readonly string[]): JsonValue | undefined {
  if (key === undefined) return undefined;
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const kept = name === key ? without(inner, rest) : inner;
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Values in the place of others, character by character; what has no place yet is left out. */
function withReplacements({ text, at, edits }: EditParamsInput, isJson: boolean): string {
  const document = parseDocument(text);
  const replacements = edits.flatMap(({ path, value }): readonly Replacement[] => {
    const node: unknown = document.getIn([...at, ...path], true);
    const isInPlace = isScalar(node) || (isCollection(node) && node.flow === true);
    if (value === undefined || !isInPlace || node.range == null) return [];
    const [start, end] = node.range;
    return [{ start, end, text: valueText(value, isJson) }];
  });
  return replacements
    .sort((a, b) => b.start - a.start)
    .reduce((edited, { start, end, text: by }) => edited.slice(0, start) + by + edited.slice(end), text);
}

/** Plain where that is no other value in YAML; in quotes else. */
function valueText(value: JsonValue, isJson: boolean): string {
  const isWord = typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_-]*$/.test(value);
  const isPlain = isWord && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain && !isJson ? value : JSON.stringify(value);
}

/** undefined where nothing of it can be written: an anchor is gone that others name. */
function withStructure({ text, at, edits }: EditParamsInput): string | undefined {
  const document = parseDocument(text);
  for (const { path, value } of edits) {
    if (value !== undefined) {
      if (canonicalJson(valueAt(readYaml(text).value, [...at, ...path]) ?? null) !== canonicalJson(value))
        document.setIn([...at, ...path], document.createNode(value));
      continue;
    }
    document.deleteIn([...at, ...path]);
    for (let depth = path.length - 1; depth > 0; depth -= 1) {
      const above = [...at, ...path.slice(0, depth)];
      const map: unknown = document.getIn(above, true);
      if (isCollection(map) && map.items.length === 0) document.deleteIn(above);
    }
  }
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    return undefined;
  }
}

function asJson(text: string, expected: JsonObject): string {
  const [, indent = '  '] = /\n([ \t]+)"/.exec(text) ?? [];
  return `${JSON.stringify(expected, null, text.includes('\n') ? indent : undefined)}${text.endsWith('\n') ? '\n' : ''}`;
}
