// node tools/chunks/checkpoints.mjs [FOLDER]: how much of a new version of real files is new, for docs/design/chunks.md.
// Trains small models with Debian's python3-torch, python3-sklearn and python3-xgboost; a build comes before.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parquetWriteBuffer } from 'hyparquet-writer';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);
const { openChunker } = core('adapters/chunker-workers');
const { planSend, planWholeRecipe, segmentsOf } = core('chunks');

const given = process.argv[2];
const folder = given ?? mkdtempSync(join(tmpdir(), 'nx-ml-checkpoints-'));
const chunker = openChunker();

/** Rows of one of the CSV files, as Parquet with row groups of 50,000. */
function writeParquet(csv, path) {
  const [header, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
  const rows = lines.map((line) => line.split(',').map(Number));
  const columnData = header
    .split(',')
    .map((name, at) => ({ name, data: rows.map((row) => row[at]), type: at === 0 ? 'INT32' : 'DOUBLE' }));
  writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: [50_000] })));
}

async function cut(path) {
  const { digest, size, chunks } = await chunker.cut(path);
  return { digest, size, segments: segmentsOf(chunks) };
}

/** Bytes that a push of `after` sends to a remote that has `before`. */
async function newBytes(before, after) {
  const [old, next] = [await cut(before), await cut(after)];
  const recipe = planWholeRecipe(old, `objects/sha256/00/${'0'.repeat(62)}`).recipe([
    `chunks/${'0'.repeat(64)}`,
  ]);
  const lists = new Map(old.segments.map(({ digest, list }) => [digest, list]));
  return { size: next.size, fresh: planSend(next, [{ recipe, lists }]).newBytes };
}

const has = (name) => existsSync(join(folder, `${name}.after`));
if (!has('csv-shuffled'))
  execFileSync(
    process.env.NX_ML_PYTHON ?? 'python3',
    [join(new URL('.', import.meta.url).pathname, 'checkpoints.py'), folder],
    {
      stdio: 'inherit',
    },
  );
for (const what of ['appended', 'inserted'])
  for (const side of ['before', 'after'])
    if (!has(`parquet-1%-rows-${what}`) || side === 'after')
      writeParquet(
        join(folder, `csv-1%-rows-${what}.${side}`),
        join(folder, `parquet-1%-rows-${what}.${side}`),
      );

const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.after'))
  .sort();
console.log('| what changed | size | new bytes | % |');
console.log('| --- | --: | --: | --: |');
for (const name of cases.map((file) => file.slice(0, -'.after'.length))) {
  const { size, fresh } = await newBytes(join(folder, `${name}.before`), join(folder, `${name}.after`));
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`| ${name} | ${mb(size)} | ${mb(fresh)} | ${((100 * fresh) / size).toFixed(0)} |`);
}
if (given === undefined) rmSync(folder, { recursive: true });
