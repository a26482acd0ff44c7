import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files by path relative to the folder. */
export function write(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Runs a program to its end and gives what it printed. @throws with its last lines when it fails or is not there. */
export function output(program, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
    ...options,
  });
  if (error?.code === 'ENOENT') throw new Error(`${program} is not installed`);
  if (status !== 0)
    throw new Error(`${program} failed: ${`${stdout}${stderr}`.trim().split('\n').slice(-5).join(' | ')}`);
  return `${stdout}${stderr}`;
}

/** What every peer builds: a model's file from its script, its dataset and the shared library. */
export function sources(count) {
  const files = { 'libs/shared/index.mjs': 'export const x = 1;\n' };
  for (let index = 0; index < 10; index += 1) files[`datasets/data-${index}/rows.csv`] = `x\n${index}\n`;
  for (let index = 0; index < count; index += 1)
    files[`models/model-${index}/train.mjs`] = `console.log(${index});\n`;
  return files;
}

export function refuse(condition, message) {
  if (condition) throw new Error(message);
}
