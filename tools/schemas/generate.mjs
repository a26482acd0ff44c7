// Writes the JSON schema of ml.yaml, which editors use, from its definition. Run after a build; a spec fails on drift.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { mlJsonSchema } = createRequire(import.meta.url)('../../packages/core/dist/manifest/index.js');

writeFileSync(
  new URL('../../packages/nx-ml/schemas/ml.schema.json', import.meta.url),
  `${JSON.stringify(mlJsonSchema(), null, 2)}\n`,
);
