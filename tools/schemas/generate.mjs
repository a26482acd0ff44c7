// Writes the JSON schemas that editors and Nx use, each from its definition. Run after a build; specs fail on drift.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { mlJsonSchema } = require('../../packages/core/dist/manifest/index.js');
const { importDvcSchema } = require('../../packages/nx-ml/dist/generators/import-dvc/index.js');

const schemas = new URL('../../packages/nx-ml/schemas/', import.meta.url);
mkdirSync(new URL('generators/', schemas), { recursive: true });
write('ml.schema.json', mlJsonSchema());
write('generators/import-dvc.json', importDvcSchema());

function write(name, schema) {
  writeFileSync(new URL(name, schemas), `${JSON.stringify(schema, null, 2)}\n`);
}
