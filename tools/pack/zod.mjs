// Puts into the place of dist/kernel/zod.js that file and what it needs of zod, as one: a tenth of zod's code and a seventh
// of the time to load it. Run before a package is packed; everything works without it, later. docs/adr/0021-start.md
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const core = fileURLToPath(new URL('../../packages/core/', import.meta.url));
const zod = dirname(createRequire(join(core, 'package.json')).resolve('zod/package.json'));

await build({
  entryPoints: [join(core, 'src/kernel/zod.ts')],
  outfile: join(core, 'dist/kernel/zod.js'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  banner: { js: `/*! zod\n${readFileSync(join(zod, 'LICENSE'), 'utf8')}*/` },
  logLevel: 'error',
});
