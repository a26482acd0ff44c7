import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { MlTaskRef, StepRef } from '../../layout/index.js';
import { stepId } from '../../layout/index.js';
import { runSteps } from '../run/run-steps.js';
import type { MlTask, TaskOutcome } from '../run/task-work.js';
import { fakeMachine } from './fake-machine.js';
import type { FakeMachine } from './fake-machine.js';

/** rows (files) -> clean (prepared) -> m (two seeds, evaluated) -> up. */
export const files = {
  'datasets/rows/ml.yaml': 'kind: dataset\nfiles: [rows.csv]\n',
  'datasets/rows/rows.csv': 'a\nb\n',
  'datasets/clean/ml.yaml': 'kind: dataset\ndata: [rows]\nprepare: { command: node prepare.mjs }\n',
  'datasets/clean/prepare.mjs': '// prepares\n',
  'models/m/ml.yaml':
    'kind: model\ndata: [clean]\nparams: { rate: 1 }\nenvironment: { env: [TUNING], secrets: [SECRET] }\ntrain: { command: node train.mjs, seeds: [1, 2] }\nevaluate: { command: node evaluate.mjs }\n',
  'models/m/train.mjs': '// trains\n',
  'models/m/evaluate.mjs': '// evaluates\n',
  'models/up/ml.yaml': 'kind: model\nmodels: { base: m }\ntrain: { command: node train.mjs }\n',
  'models/up/train.mjs': '// trains on m\n',
};

export const steps: readonly (MlTask & { readonly ref: StepRef })[] = [
  task('rows', 'data'),
  task('clean', 'data', ['rows:data']),
  task('m', 'train', ['clean:data']),
  task('m', 'evaluate', ['m:train', 'clean:data']),
  task('up', 'train', ['m:train']),
];

export function task<S extends MlTaskRef['step']>(
  project: string,
  step: S,
  dependsOn: readonly string[] = [],
): MlTask & { readonly ref: { readonly project: string; readonly step: S } } {
  const ref = { project, step };
  return { id: stepId(ref), ref, dependsOn };
}

export const everyRun = [
  'clean:data',
  'm:evaluate:1',
  'm:evaluate:2',
  'm:train:1',
  'm:train:2',
  'up:train:1',
];

let folders: string[] = [];

/** A workspace of these projects; machines may share stores. */
export function newWorkspace(shared: Parameters<typeof fakeMachine>[1] = {}): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), 'nx-ml-steps-'));
  folders.push(root);
  const machine = fakeMachine(root, shared);
  machine.write(files);
  return machine;
}

/** For afterEach. */
export function removeWorkspaces(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders = [];
}

/** Brings steps up to date, and tells how each ended. */
export async function run(
  machine: FakeMachine,
  tasks: readonly MlTask[] = steps,
  signal: AbortSignal = new AbortController().signal,
): Promise<Readonly<Record<string, TaskOutcome>>> {
  const outcomes: Record<string, TaskOutcome> = {};
  for await (const { task: ended, outcome } of runSteps({ tasks, parallel: 2, deps: machine.deps, signal }))
    outcomes[ended.id] = outcome;
  return outcomes;
}
