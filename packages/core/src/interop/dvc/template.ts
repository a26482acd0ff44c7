import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue, MlError } from '../../kernel/index.js';
import { nearestWord } from '../../manifest/index.js';
import { pythonNumber } from './number-text.js';
import { unpackMap } from './unpack.js';
import type { UnpackOptions } from './unpack.js';

/** What templates are filled from, and how a fault is told. */
export interface TemplateContext {
  readonly scope: JsonObject;
  readonly refuse: (message: string, fix: string) => MlError;
  /** Given in `cmd` only: there a map becomes options of the command. */
  readonly unpack?: UnpackOptions;
  /** True in `foreach` and `matrix`, where lists and maps are what is asked for. */
  readonly collections?: boolean;
}

const expression = /(?<!\\)\$\{(.*?)\}/g;

/** Is there anything in a text that DVC would fill in? */
export function isTemplate(text: string): boolean {
  return text.search(expression) !== -1;
}

/** Fills in every text of a value, keys of maps included. @throws MlError ERR_ML_DVC_INVALID */
export function fillIn(value: JsonValue, context: TemplateContext): JsonValue {
  if (typeof value === 'string') return fillText(value, context);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => fillIn(item, context));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [textOf(fillText(key, context)), fillIn(item, context)]),
  );
}

/** A text that is one expression becomes its value; any other stays a text. */
function fillText(text: string, context: TemplateContext): JsonValue {
  const [whole] = [...text.matchAll(expression)];
  if (whole?.[0] === text) {
    const value = select(whole[1] ?? '', context);
    return typeof value === 'object' && value !== null ? collection(text, value, context) : value;
  }
  const filled = text.replace(expression, (match: string, inner: string) => {
    const value = select(inner, context);
    return textOf(typeof value === 'object' && value !== null ? collection(match, value, context) : value);
  });
  return filled.replaceAll('\\${', '${');
}

function collection(
  match: string,
  value: JsonObject | readonly JsonValue[],
  { unpack, collections, refuse }: TemplateContext,
): JsonValue {
  if (collections === true) return value;
  if (unpack !== undefined && isJsonObject(value)) return unpackMap(value, unpack, refuse);
  const what = isJsonObject(value) ? 'a map' : 'a list';
  throw refuse(
    `${match} is ${what}, where a single value is needed`,
    'Name one value in it: ${name.key} or ${name[0]}.',
  );
}

/** As Python writes a single value in a text. */
export function textOf(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'number' ? pythonNumber(value) : String(value);
}

const form = /^[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]+\])*$/;

function select(inner: string, { scope, refuse }: TemplateContext): JsonValue {
  if (!form.test(inner)) {
    const fix = 'Write ${name}, ${name.key} or ${name[0]}; \\${ for a plain ${.';
    throw refuse(`\${${inner}} is no expression`, fix);
  }
  let value: JsonValue = scope;
  for (const part of inner.replaceAll('[', '.').replaceAll(']', '').split('.')) {
    const next = member(value, part.trim());
    if (next === undefined) throw refuse(`\${${inner}} names nothing`, mendOf(part.trim(), value));
    value = next;
  }
  return value;
}

function member(value: JsonValue, name: string): JsonValue | undefined {
  if (isJsonObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  if (!Array.isArray(value) || !/^-?\d+$/.test(name)) return undefined;
  return (value as readonly JsonValue[]).at(Number(name));
}

function mendOf(name: string, value: JsonValue): string {
  const known = isJsonObject(value) ? Object.keys(value) : [];
  const near = nearestWord(name, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return known.length === 0
    ? 'Add it to params.yaml or to `vars`.'
    : `Add it to params.yaml or to \`vars\`. Known here: ${known.slice(0, 10).join(', ')}.`;
}
