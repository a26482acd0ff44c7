import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../kernel/index.js';
import type { DocumentPath, DvcDocument } from './document.js';
import { foreachSchema } from './schema.js';
import { fillIn, textOf } from './template.js';

/** One stage before its templates are filled in. */
export interface StageTemplate {
  /** `train`, or `train@us` where foreach or matrix made it. */
  readonly name: string;
  readonly definition: JsonObject;
  /** Where the definition stands in its document. */
  readonly path: DocumentPath;
  /** `item` and `key`, which go before everything else in the scope. */
  readonly loop: JsonObject;
}

export interface ExpandContext {
  readonly document: DvcDocument;
  readonly scope: JsonObject;
}

/** The stages that one entry of `stages` stands for. @throws MlError ERR_ML_DVC_INVALID */
export function expandStage(
  name: string,
  entry: JsonObject,
  context: ExpandContext,
): readonly StageTemplate[] {
  const path = ['stages', name];
  if ('foreach' in entry || 'do' in entry) return expandForeach(name, entry, context);
  if (!('matrix' in entry)) return [{ name, definition: entry, path, loop: {} }];
  const { matrix, ...definition } = entry;
  return combinations(axesOf(name, matrix ?? null, context)).map(({ key, item }) => ({
    name: `${name}@${key}`,
    definition,
    path,
    loop: { item, key },
  }));
}

function expandForeach(name: string, entry: JsonObject, context: ExpandContext): readonly StageTemplate[] {
  const { document } = context;
  const path = ['stages', name];
  const parsed = document.check(entry, { path, schema: foreachSchema, what: `the foreach stage ${name}` });
  const filled = collectionAt([...path, 'foreach'], parsed.foreach, context);
  return loops(filled).map(({ key, loop }) => ({
    name: `${name}@${key}`,
    definition: parsed.do,
    path: [...path, 'do'],
    loop,
  }));
}

/** A list of single values is named by them, a list that holds anything else by position, a map by its keys. */
function loops(
  values: JsonObject | readonly JsonValue[],
): readonly { readonly key: string; readonly loop: JsonObject }[] {
  if (isJsonObject(values))
    return Object.entries(values).map(([key, item]) => ({ key, loop: { item, key } }));
  const simple = values.every((item) => typeof item !== 'object' || item === null);
  const named = new Map(values.map((item, index) => [simple ? textOf(item) : String(index), item]));
  return [...named].map(([key, item]) => ({ key, loop: { item } }));
}

interface Combination {
  readonly key: string;
  readonly item: JsonObject;
}

/** Every combination of one value an axis, the last axis running fastest. */
function combinations(axes: ReadonlyMap<string, readonly JsonValue[]>): readonly Combination[] {
  let found: readonly { readonly parts: readonly string[]; readonly item: JsonObject }[] = [
    { parts: [], item: {} },
  ];
  for (const [axis, values] of axes)
    found = found.flatMap(({ parts, item }) =>
      values.map((value, index) => {
        const part = typeof value === 'object' && value !== null ? `${axis}${String(index)}` : textOf(value);
        return { parts: [...parts, part], item: { ...item, [axis]: value } };
      }),
    );
  return [
    ...new Map(found.map(({ parts, item }) => [parts.join('-'), { key: parts.join('-'), item }])).values(),
  ];
}

const maxStages = 10_000;

function axesOf(
  name: string,
  matrix: JsonValue,
  context: ExpandContext,
): ReadonlyMap<string, readonly JsonValue[]> {
  const path = ['stages', name, 'matrix'];
  const { document } = context;
  const filled = collectionAt(path, matrix, context);
  if (!isJsonObject(filled))
    throw document.refuse(path, 'is a list', 'Write a map from the name of an axis to its values.');
  const axes = new Map<string, readonly JsonValue[]>();
  for (const [axis, values] of Object.entries(filled)) {
    if (!Array.isArray(values))
      throw document.refuse([...path, axis], `the axis \`${axis}\` is no list`, 'List its values.');
    axes.set(axis, values as readonly JsonValue[]);
  }
  const count = [...axes.values()].reduce((product, { length }) => product * length, 1);
  if (count > maxStages)
    throw document.refuse(path, `makes ${String(count)} stages`, `At most ${String(maxStages)} are made.`);
  return axes;
}

function collectionAt(
  path: DocumentPath,
  value: JsonValue,
  { document, scope }: ExpandContext,
): JsonObject | readonly JsonValue[] {
  const refuse = (message: string, fix: string) => document.refuse(path, message, fix);
  const filled = fillIn(value, { scope, refuse, collections: true });
  if (typeof filled === 'object' && filled !== null) return filled;
  throw refuse('is neither a list nor a map', 'Write the values to go over, or ${name} of a list or map.');
}
