import * as z from '../kernel/zod.js';
import { mlConfigSchemas } from './ml-config.js';
import type { MlKind } from './ml-config.js';

/** Which keys an ml.yaml may have where, read off its definition. Used only to word problems. */

export const mlKinds = Object.keys(mlConfigSchemas) as MlKind[];

/** The schema of the value at a path of keys; undefined where the definition names no keys. */
export function schemaAt(kind: MlKind, path: readonly (string | number)[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((schema, part) => {
    if (schema === undefined) return undefined;
    if (typeof part === 'number') return itemOf(schema);
    const shape = shapeOf(schema);
    return Object.hasOwn(shape, part) ? shape[part] : undefined;
  }, mlConfigSchemas[kind]);
}

export function keysAt(kind: MlKind, path: readonly (string | number)[]): readonly string[] {
  const schema = schemaAt(kind, path);
  return schema === undefined ? [] : Object.keys(shapeOf(schema));
}

/** Paths of all maps with named keys: the top level first, as an empty path. */
export function mapsOf(kind: MlKind, path: readonly string[] = []): readonly (readonly string[])[] {
  const keys = keysAt(kind, path);
  return keys.length === 0 ? [] : [path, ...keys.flatMap((key) => mapsOf(kind, [...path, key]))];
}

/** The first example that the definition gives for the value at a path. */
export function exampleAt(kind: MlKind, path: readonly (string | number)[]): unknown {
  const schema = schemaAt(kind, path);
  const examples = schema?.meta()?.['examples'] ?? (schema && unwrap(schema).meta()?.['examples']);
  return Array.isArray(examples) ? examples[0] : undefined;
}

function itemOf(schema: z.ZodType): z.ZodType | undefined {
  const inner = unwrap(schema);
  return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape;
  return inner instanceof z.ZodUnion ? shapeOfUnion(inner.options as readonly z.ZodType[]) : {};
}

/** A value that is written short or as a map has the keys of the map. */
function shapeOfUnion(options: readonly z.ZodType[]): Readonly<Record<string, z.ZodType>> {
  const map = options.find((option) => option instanceof z.ZodObject);
  return map === undefined ? {} : shapeOf(map);
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
}
