// Puts into the place of each built file that names parts of a large package that file and those parts, as one: of zod a
// quarter of the code and a sixth of the time to load it. Run before core is packed; without it all works, only later.
// docs/adr/0021-start.md
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const core = fileURLToPath(new URL('../../packages/core/', import.meta.url));
const { resolve } = createRequire(join(core, 'package.json'));

await withParts('kernel/zod', 'zod');
await withParts('documents/metric-summary', 'simple-statistics');

async function withParts(file, name) {
  await build({
    entryPoints: [join(core, `src/${file}.ts`)],
    outfile: join(core, `dist/${file}.js`),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    banner: { js: `/*! Holds parts of ${name}:\n\n${licenceOf(name)}*/` },
    logLevel: 'error',
  });
}

function licenceOf(name) {
  return readFileSync(join(dirname(resolve(`${name}/package.json`)), 'LICENSE'), 'utf8');
}
