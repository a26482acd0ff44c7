// Runs Jest and reads what came of it.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

import { start } from './commands.mjs';
import { repo } from './set-up.mjs';

/**
 * Runs the suites of a configuration.
 *
 * @param env of their processes.
 * @returns how many tests passed, failed and were skipped, and how long each suite took, in seconds.
 */
export async function jest(config, args, env = process.env) {
  const report = join(repo, '.tmp', `jest-${process.pid}.json`);
  mkdirSync(join(repo, '.tmp'), { recursive: true });
  const { status } = await start(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      ...['-c', config, '--json', `--outputFile=${report}`, ...args],
      // What was compiled outlives the folder of temporary files.
      `--cacheDirectory=${join(repo, '.tmp/jest')}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env },
  );
  const seen = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(report);
  // A suite that does not even load has no failed test to its name.
  const unnamed = status !== 0 && seen.numFailedTests === 0 ? Math.max(1, seen.numFailedTestSuites) : 0;
  return {
    passed: seen.numPassedTests,
    failed: seen.numFailedTests + unnamed,
    skipped: seen.numPendingTests,
    suites: seen.testResults.map(({ name, startTime, endTime }) => ({
      file: relative(repo, name),
      seconds: Math.max(0, endTime - startTime) / 1000,
    })),
  };
}

/** The slowest suites, a line each, slowest first. */
export function slowestSuites(suites, count) {
  const slowest = [...suites].sort((a, b) => b.seconds - a.seconds).slice(0, count);
  const total = suites.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `slowest of ${suites.length} suites, which took ${total.toFixed(0)} s one after another`,
    ...slowest.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${file}`),
  ];
}
