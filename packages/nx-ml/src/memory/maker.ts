import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Names this build of the plugin: a digest of the code that infers. A version alone would serve the targets of an older
 * build, patched or linked, under the same number.
 */
export function makerOfThisBuild(): string {
  return (maker ??= digestOfSources());
}

let maker: string | undefined;

function digestOfSources(): string {
  const core = dirname(createRequire(__filename).resolve('@nx-ml/core/package.json'));
  const hash = createHash('sha256');
  const folders = ['layout', 'manifest', 'imports', 'provenance', 'usecases'].map((name) =>
    join(core, 'dist', name),
  );
  const own = ['graph', 'memory', 'workspace'].map((name) => join(__dirname, '..', name));
  for (const folder of [...own, ...folders])
    for (const name of sourcesOf(folder)) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .sort();
}
