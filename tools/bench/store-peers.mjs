import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { median, ms } from './measure.mjs';

const require = createRequire(import.meta.url);
export const cli = require.resolve('../../packages/nx-ml/dist/cli/main.js');
export const storeModule = require.resolve('../../packages/core/dist/adapters/store-fs/index.js');

/**
 * A folder for one benchmark. Everything lies in new folders until the end, and nothing is deleted between rounds: ext4
 * passes over inodes that were freed in the last minutes, which makes files some ten times as dear to create for whoever
 * comes after an `rm -r`. NX_ML_BENCH_DIR chooses another disk.
 */
export function benchFolder() {
  const base = mkdtempSync(join(process.env.NX_ML_BENCH_DIR ?? tmpdir(), 'nx-ml-bench-'));
  return {
    base,
    at: (...path) => join(base, ...path),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Runs a program to its end. @returns milliseconds @throws when it fails */
export function run(command, args, options = {}) {
  const started = performance.now();
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...options,
  });
  const took = performance.now() - started;
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${status}): ${stderr}`);
  return took;
}

export function isInstalled(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** 20,000 files of 4 KB in 100 folders, no two alike. */
export function writeSmallFiles(folder, { files = 20_000, size = 4096, perFolder = 200 } = {}) {
  const bytes = randomBytes(files * size);
  for (let index = 0; index < files; index += 1) {
    const parent = join(folder, `part-${String(Math.floor(index / perFolder)).padStart(3, '0')}`);
    if (index % perFolder === 0) mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, `${index}.bin`), bytes.subarray(index * size, (index + 1) * size));
  }
}

/**
 * Times contestants in turn, so that a machine that slows down slows all. Each makes what it needs in `prepare`, which is
 * not timed.
 *
 * @param contestants `{name, needs?, rounds?, prepare?(round), run(prepared), after?(round)}`; those whose `needs` is not installed are left out
 * @returns {Record<string, number>} medians in milliseconds, by name
 */
export async function race(contestants, rounds, say) {
  const present = contestants.filter(({ name, needs }) => {
    if (needs === undefined || isInstalled(...needs)) return true;
    say(`${name.padEnd(48)}not installed, left out`);
    return false;
  });
  const times = Object.fromEntries(present.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const { name, rounds: most = rounds, prepare, run: measured, after } of present) {
      if (round >= most) continue;
      const prepared = await prepare?.(round);
      const started = performance.now();
      await measured(prepared, round);
      times[name].push(performance.now() - started);
      after?.(round);
    }
  const medians = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
  for (const [name, time] of Object.entries(medians)) say(`${name.padEnd(48)}${ms(time)}`);
  return medians;
}

/**
 * Every demand as a ratio of what we took to what the peer allows: at most 1 is kept. Peers that are not there demand nothing.
 *
 * @param demands `[peer, most]`: we may take at most `most` times as long as the peer
 * @returns the largest, which is what the benchmark is judged by
 */
export function worstOf(ours, medians, demands, say) {
  const ratios = demands.flatMap(([peer, most]) => {
    if (medians[peer] === undefined) return [];
    const ratio = medians[ours] / medians[peer];
    say(`${`${ours} / ${peer}`.padEnd(64)}${ratio.toFixed(3)}, at most ${most.toFixed(3)}`);
    return [ratio / most];
  });
  return Math.max(...ratios);
}

/** A new git repository, with what a peer wants set up in it. */
export function gitRepository(folder, ...setUp) {
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args) => run('git', args, { cwd: folder, env });
  git('init', '-q');
  git('config', 'user.email', 'bench@example.com');
  git('config', 'user.name', 'bench');
  git('config', 'gc.auto', '0');
  for (const args of setUp) git(...args);
  return { folder, git };
}
