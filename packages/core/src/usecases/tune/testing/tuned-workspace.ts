import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RunDocument } from '../../../manifest/index.js';
import { exited, fakeMachine } from '../../testing/fake-machine.js';
import type { FakeMachine } from '../../testing/fake-machine.js';
import { openStudy } from '../open-study.js';
import type { OpenStudy } from '../open-study.js';
import type { TuneEvent } from '../tune-events.js';
import { tuneModel } from '../tune-model.js';
import type { TuneInput, TuneResult } from '../tune-model.js';

let folders: string[] = [];

/** A model with one training and this `tune:`; on machines that may share stores. */
export function tunedMachine(
  tune: string,
  { more = '', ...shared }: Parameters<typeof fakeMachine>[1] & { readonly more?: string } = {},
): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), 'nx-ml-tune-'));
  folders.push(root);
  const machine = fakeMachine(root, shared);
  machine.write({
    'models/m/ml.yaml': `kind: model\nparams: { x: 5, note: kept }\ntrain: { command: node train.mjs }\n${more}tune: ${tune}\n`,
    'models/m/train.mjs': '// trains\n',
    'models/m/evaluate.mjs': '// evaluates\n',
  });
  machine.engine.script = (run) => {
    leaveResults(run, { loss: lossOf(run) });
    return exited(0);
  };
  return machine;
}

/** For afterEach. */
export function removeTuned(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders = [];
}

/** Least at 3. */
export function lossOf({ params }: RunDocument): number {
  return (Number(params['x']) - 3) ** 2;
}

export function leaveResults({ outputs, params, seed }: RunDocument, metrics: object): void {
  if (outputs.model !== undefined)
    writeFileSync(join(outputs.model, 'model.json'), JSON.stringify([params, seed]));
  writeFileSync(outputs.metrics, JSON.stringify(metrics));
}

export interface Tuned extends TuneResult {
  readonly study: OpenStudy;
  readonly events: readonly TuneEvent[];
}

export function openOn({ deps }: FakeMachine): Promise<OpenStudy> {
  const project = deps.workspace.mlProject('m');
  if (project === undefined) throw new Error('there is no m');
  return openStudy(project, { ...deps, journals: deps.stores.journals });
}

/** `nx tune m`, in this process. */
export async function tuneOn(
  machine: FakeMachine,
  { hasEnded = () => undefined, ...more }: Partial<TuneInput> & Partial<TuneInput['deps']> = {},
): Promise<Tuned> {
  const study = await openOn(machine);
  const events: TuneEvent[] = [];
  const result = await tuneModel({
    study,
    prices: undefined,
    deps: { ...machine.deps, hasEnded },
    signal: new AbortController().signal,
    emit: (event) => events.push(event),
    ...more,
  });
  return { ...result, study, events };
}
