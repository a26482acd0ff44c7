import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isJsonObject } from '../kernel/index.js';
import { mlJsonSchema } from './ml-config.js';
import { exampleAt, keysAt, mapsOf, mlKinds, schemaAt } from './ml-keys.js';

const allKeys = mlKinds.flatMap((kind) =>
  mapsOf(kind).flatMap((path) => keysAt(kind, path).map((key) => ({ kind, path: [...path, key] }))),
);
const named = allKeys.map(({ kind, path }) => [`${kind}: ${path.join('.')}`, kind, path] as const);

describe('the definition of ml.yaml', () => {
  it('has keys at every level', () => {
    expect(named.map(([name]) => name)).toEqual(
      expect.arrayContaining(['model: train.seeds', 'dataset: prepare.environment.env', 'service: models']),
    );
  });

  it.each(named)('%s has an example that it accepts itself', (_, kind, path) => {
    const example = exampleAt(kind, path);
    expect(example).toBeDefined();
    expect(schemaAt(kind, path)?.safeParse(example).error).toBeUndefined();
  });
});

describe('the JSON schema that editors use', () => {
  it('is the one that is published: npm run docs after a change', () => {
    const published = readFileSync(join(__dirname, '../../../nx-ml/schemas/ml.schema.json'), 'utf8');
    expect(published).toBe(`${JSON.stringify(mlJsonSchema(), null, 2)}\n`);
  });

  it('is of draft 7 and refuses unknown keys everywhere but in params', () => {
    const schema = mlJsonSchema();
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    const open = objectsOf(schema).filter(({ value }) => value['additionalProperties'] !== false);
    for (const { path } of open) expect(path).toMatch(/(params|data|models|space)(\/anyOf\/\d)?$/);
  });

  it('shows title, description and examples on every key', () => {
    const properties = objectsOf(mlJsonSchema()).flatMap(({ path, value }) =>
      isJsonObject(value['properties'])
        ? Object.entries(value['properties']).map(([key, item]) => ({ path: `${path}/${key}`, item }))
        : [],
    );
    expect(properties.length).toBeGreaterThan(50);
    for (const { path, item } of properties)
      expect([
        path,
        ...['title', 'description', 'examples'].filter((word) => !(word in (item as object))),
      ]).toEqual([path]);
  });
});

interface Found {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Every schema of an object, with its path. */
function objectsOf(value: unknown, path = ''): readonly Found[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => objectsOf(item, `${path}/${String(index)}`));
  if (!isJsonObject(value)) return [];
  const below = Object.entries(value).flatMap(([key, item]) =>
    key === 'examples' ? [] : objectsOf(item, `${path}/${key}`),
  );
  return value['type'] === 'object' ? [{ path, value }, ...below] : below;
}
