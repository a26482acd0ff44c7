// npm test: all that guards main, from a fresh clone on. Ends with one line of counts.
//   npm test               build, lint, types, unit, contract, e2e
//   npm run test:unit      without e2e
//   npm run test:long      the long suites (files named *.long.spec.ts)
import { availableParallelism } from 'node:os';

import { lane } from './lib/commands.mjs';
import { jest, slowestSuites } from './lib/jest.mjs';
import { withScratch } from './lib/scratch.mjs';
import { build, ensureInstalled } from './lib/set-up.mjs';

const only = process.argv[2];
const notLong = '--testPathIgnorePatterns=\\.long\\.spec\\.ts$';
const counts = { passed: 0, failed: 0, skipped: 0 };
const suites = [];

ensureInstalled();
await step('build', build);
// What looks at files alone takes one processor, and has the time of the unit suites.
const checking = only === undefined ? lane(checks()) : [];
if (only !== 'long') {
  // Jest by itself leaves a processor free, and of two that is half.
  const workers = Math.max(2, availableParallelism() - 1);
  const args = [`--maxWorkers=${workers}`, notLong];
  await step('unit and contract', () => withScratch((env) => run('jest.config.cjs', args, env)));
}
const wrong = await checking;
if (wrong.length > 0) {
  console.error(`\nnpm test ends here, before e2e: ${wrong.join(', ')} failed`);
  process.exit(1);
}
// Two at a time, not one for each processor: each starts an Nx that uses several.
if (only === undefined) await step('e2e', () => run('e2e/jest.config.cjs', ['--maxWorkers=2', notLong]));
if (only === 'long')
  await step('long', () => run('e2e/jest.config.cjs', ['--runInBand', '--testMatch=**/*.long.spec.ts']));

console.log(`\n${slowestSuites(suites, 12).join('\n')}\n`);
console.log(`tests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

function checks() {
  return {
    lint: ['npx', 'eslint', '.', '--max-warnings=0'],
    types: ['npx', 'tsc', '-b', 'tsconfig.json'],
    format: ['npx', 'prettier', '--check', '--log-level=warn', '.'],
    'dead code': ['npx', 'knip', '--no-progress'],
  };
}

async function step(name, work) {
  const started = Date.now();
  console.log(`\n== ${name}`);
  await work();
  console.log(`   ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function run(config, args, env) {
  const seen = await jest(config, args, env);
  for (const name of Object.keys(counts)) counts[name] += seen[name];
  suites.push(...seen.suites);
}
