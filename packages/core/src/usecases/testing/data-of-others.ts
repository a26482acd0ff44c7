import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import { Forecaster } from '../plan/forecast-steps.js';
import { planWorkspace } from '../plan/plan-workspace.js';
import type { PlannedStep } from '../plan/plan-workspace.js';
import type { FakeMachine } from './fake-machine.js';
import { run, task } from './small-workspace.js';

const both = [task('raw', 'data'), task('m', 'train', ['raw:data'])];

/** A dataset `raw` with this in its ml.yaml, and a model `m` that trains on it. */
export function datasetOf(source: string): Readonly<Record<string, string>> {
  return {
    'datasets/raw/ml.yaml': `kind: dataset\n${source}\n`,
    'models/m/ml.yaml': 'kind: model\ndata: [raw]\ntrain: { command: node train.mjs }\n',
    'models/m/train.mjs': '// trains\n',
  };
}

/** The digest of data that is one file. */
export function fileTree(name: string, text: string): Digest {
  return digestOf(encodeTree([{ path: name, digest: digestOf(text), size: text.length }]));
}

/** Brings the dataset and the model up to date. @returns the digest of the data, or what else became of it */
export async function dataOf(machine: FakeMachine): Promise<string | undefined> {
  const { 'raw:data': data } = await run(machine, both);
  if (data?.state === 'failed') throw data.error;
  return data?.state === 'restored' ? data.manifest.runs[0]?.outputs['data']?.digest : data?.state;
}

/** Both steps as `plan` shows them. */
export async function plannedOf(machine: FakeMachine): Promise<readonly PlannedStep[]> {
  return planWorkspace(['raw', 'm'], { ...machine.deps, forecaster: new Forecaster(machine.deps) });
}

/** An error with this code and a message like this. */
export function failed(code: string, message: string | RegExp): Error {
  return expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;
}
