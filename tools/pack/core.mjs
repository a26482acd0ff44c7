// Puts into the place of each built file that names parts of a large package that file and those parts, as one: of zod a
// quarter of the code and a sixth of the time to load it, of @stdlib 235 packages that nobody has to install, of Vega 76. Run
// before core is packed; without it all works, where those packages are installed, only later. docs/adr/0021-start.md,
// 0025-statistics.md, 0031-plots.md
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { licencesOf } from './licences.mjs';

const core = fileURLToPath(new URL('../../packages/core/', import.meta.url));

await withParts('kernel/zod', 'zod');
await withParts('kernel/yaml', 'yaml');
await withParts('documents/metric-summary', 'simple-statistics');
await withParts('stats/stdlib', '@stdlib');
// Drawn is SVG alone: what Vega would measure and paint on is left out.
await withParts('adapters/charts-vega/vega', 'vega and vega-lite', {
  minify: true,
  alias: { 'vega-canvas': fileURLToPath(new URL('no-canvas.mjs', import.meta.url)) },
});

async function withParts(file, name, { minify = false, alias = {} } = {}) {
  const { metafile, outputFiles } = await build({
    entryPoints: [join(core, `src/${file}.ts`)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // What @stdlib would log for its own makers, who alone have use for the package that does it.
    alias: { debug: fileURLToPath(new URL('silent.cjs', import.meta.url)), ...alias },
    // Hundreds of times the same few lines: the licences stand at the top, each once.
    legalComments: 'none',
    minifyWhitespace: true,
    minifyIdentifiers: minify,
    minifySyntax: minify,
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const [{ text }] = outputFiles;
  const banner = `/*! Holds parts of ${name}:\n\n${licencesOf(Object.keys(metafile.inputs))}*/\n`;
  writeFileSync(join(core, `dist/${file}.js`), banner + text);
}
