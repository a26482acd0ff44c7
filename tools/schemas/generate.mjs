// Writes the JSON schemas that editors read from their definitions: of ml.yaml, and of each generator's options. Run after
// a build; specs fail on drift.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { mlJsonSchema } = require('../../packages/core/dist/manifest/index.js');
const { generatorDefinitions, generatorSchema } = require('../../packages/nx-ml/dist/generators/index.js');

const schemas = new URL('../../packages/nx-ml/schemas/', import.meta.url);

write('ml.schema.json', mlJsonSchema());
mkdirSync(new URL('generators/', schemas), { recursive: true });
for (const [name, definition] of Object.entries(generatorDefinitions))
  write(`generators/${name}.json`, generatorSchema(definition));

function write(file, schema) {
  writeFileSync(new URL(file, schemas), `${JSON.stringify(schema, null, 2)}\n`);
}
