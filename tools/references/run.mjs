// npm run references -- FOLDER: every case of every JSON file in a folder, ours without one. The format is told in
// packages/core/src/stats/fixtures/references/README.md. The last line counts, so that others can bring their own cases.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, ensureInstalled } from '../lib/set-up.mjs';

const ours = fileURLToPath(new URL('../../packages/core/src/stats/fixtures/references/', import.meta.url));
const help = `npm run references [-- FOLDER]

Runs every reference case in the JSON files of FOLDER (default: our own, packages/core/src/stats/fixtures/references)
against the built package. Prints each failure with its file, place, method, what was expected and what came; a method
that nothing serves has failed. Ends with "references: N passed, N failed", and exit code 1 if any failed, 2 if FOLDER
holds no readable case.

Examples:
  npm run references
  npm run references -- ./my-cases`;

const folder = process.argv[2] ?? ours;
if (folder === '--help' || folder === '-h') {
  console.log(help);
  process.exit(0);
}
ensureInstalled();
build();
const { parseCases, runCase } = createRequire(import.meta.url)(
  '../../packages/core/dist/stats/references/index.js',
);

const count = { passed: 0, failed: 0 };
try {
  for (const file of filesOf(folder)) for (const one of casesOf(file)) check(file, one);
} catch (error) {
  console.error(
    `${error.message}\n  ${error.fix ?? 'Name a folder of JSON files: npm run references -- --help'}`,
  );
  process.exit(2);
}
console.log(`references: ${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;

function filesOf(path) {
  if (statSync(path).isFile()) return [path];
  const files = readdirSync(path).filter((name) => name.endsWith('.json'));
  if (files.length === 0) throw new Error(`${path} holds no JSON file.`);
  return files.sort().map((name) => join(path, name));
}

function casesOf(file) {
  const text = readFileSync(file, 'utf8');
  return parseCases(text, file).map((one, index) => ({ one, index }));
}

function check(file, { one, index }) {
  const { passed, got } = runCase(one);
  count[passed ? 'passed' : 'failed'] += 1;
  if (passed) return;
  console.log(`${file}[${index}] ${one.method}`);
  console.log(`  expected ${JSON.stringify(one.expected)}`);
  console.log(`  got      ${JSON.stringify(got, namedNumbers)}`);
}

/** JSON would write null for them. */
function namedNumbers(_key, value) {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
