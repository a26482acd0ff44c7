// npm test: all that guards main, from a fresh clone on. Ends with one line of counts.
//   npm test               build, lint, types, unit, contract, e2e
//   npm run test:unit      without e2e
//   npm run test:long      the long suites (files named *.long.spec.ts)
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { build, ensureInstalled, must, repo } from './lib/set-up.mjs';

const only = process.argv[2];
const counts = { passed: 0, failed: 0, skipped: 0 };

ensureInstalled();
step('build', build);
if (only === undefined) {
  step('format', () => must('npx', ['prettier', '--check', '--log-level=warn', '.']));
  step('lint', () => must('npx', ['eslint', '.', '--max-warnings=0']));
  step('types', () => must('npx', ['tsc', '-b', 'tsconfig.json']));
  step('dead code', () => must('npx', ['knip', '--no-progress']));
}
if (only !== 'long')
  step('unit and contract', () => jest('jest.config.cjs', ['--testPathIgnorePatterns=\\.long\\.spec\\.ts$']));
if (only === undefined)
  step('e2e', () =>
    // Two at a time, not one for each processor: each starts an Nx that uses several.
    jest('e2e/jest.config.cjs', ['--maxWorkers=2', '--testPathIgnorePatterns=\\.long\\.spec\\.ts$']),
  );
if (only === 'long')
  step('long', () => jest('e2e/jest.config.cjs', ['--runInBand', '--testMatch=**/*.long.spec.ts']));

console.log(`tests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

function step(name, run) {
  const started = Date.now();
  console.log(`\n== ${name}`);
  run();
  console.log(`   ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function jest(config, args) {
  const report = join(repo, '.tmp', `jest-${process.pid}.json`);
  mkdirSync(join(repo, '.tmp'), { recursive: true });
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '-c',
      config,
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    { cwd: repo, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  counts.passed += numPassedTests;
  counts.failed += numFailedTests;
  counts.skipped += numPendingTests;
  // A suite that does not even load has no failed test to its name.
  if (status !== 0 && numFailedTests === 0) counts.failed += Math.max(1, numFailedTestSuites);
}
