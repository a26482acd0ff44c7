import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { generatorDefinitions, generatorSchema } from './index.js';

const packageFolder = join(__dirname, '../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(packageFolder, file), 'utf8'));

interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly $default?: { readonly $source: string; readonly index: number };
  readonly 'x-prompt'?: unknown;
  readonly 'x-priority'?: unknown;
}

interface Schema {
  readonly $id: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
}

const names = Object.keys(generatorDefinitions);
const schemas = Object.entries(generatorDefinitions).map(
  ([name, definition]) => [name, generatorSchema(definition) as unknown as Schema] as const,
);

describe('generators.json', () => {
  const collection = readJson('generators.json') as {
    readonly generators: Readonly<
      Record<string, { readonly implementation: string; readonly schema: string }>
    >;
  };

  it('lists every generator, each with its schema and an implementation that is built from a source', () => {
    expect(Object.keys(collection.generators)).toEqual(names);
    for (const [name, { implementation, schema }] of Object.entries(collection.generators)) {
      expect(schema).toBe(`./schemas/generators/${name}.json`);
      const source = implementation.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
      expect([source, existsSync(join(packageFolder, source))]).toEqual([source, true]);
    }
  });
});

describe('the schemas that Nx and its editors read', () => {
  it.each(schemas)('%s is the one that is published: npm run docs after a change', (name, schema) => {
    const published = readFileSync(join(packageFolder, `schemas/generators/${name}.json`), 'utf8');
    expect(published).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  it.each(schemas)('%s has the form that they know', (_, schema) => {
    expect(schema).toMatchObject({ cli: 'nx', type: 'object', additionalProperties: false });
    expect(schema).toEqual(
      expect.objectContaining({
        title: expect.any(String) as string,
        description: expect.any(String) as string,
        examples: expect.arrayContaining([
          { command: expect.stringMatching(/^nx /) as string, description: expect.any(String) as string },
        ]) as object[],
      }),
    );
    for (const [key, property] of Object.entries(schema.properties)) {
      for (const type of [property.type].flat())
        expect([key, type]).toEqual([key, expect.stringMatching(/^(string|boolean|array|integer|number)$/)]);
      expect([key, property.description]).toEqual([key, expect.stringMatching(/^[A-Z].*\.$/)]);
      // What is asked for is what matters, and editors show it first.
      expect([key, property['x-priority']]).toEqual([
        key,
        property['x-prompt'] === undefined ? undefined : 'important',
      ]);
    }
    for (const key of schema.required ?? [])
      expect(schema.properties[key]).toMatchObject({
        'x-prompt': expect.any(String) as string,
        $default: { $source: 'argv', index: 0 },
      });
  });

  it('has ids of their own', () => {
    expect(new Set(schemas.map(([, { $id }]) => $id)).size).toBe(names.length);
  });
});
