import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';
import type { RunDocument } from '@nx-ml/core/manifest';

/** Where a stage runs. All paths absolute. */
export interface StagePlace {
  /** The workspace. */
  readonly root: string;
  /** The folder with the ml.yaml. */
  readonly project: string;
  readonly run: StageRun;
  /** Writes a line to the log of the run. */
  readonly note: (text: string) => void;
}

/** A run, and the places in its private folder that a stage uses. */
export interface StageRun {
  readonly document: RunDocument;
  /** What stands for the workspace while the stage's commands run. */
  readonly work: string;
  /** What `open` leaves for `close`. */
  readonly state: string;
  /** Where outputs go. */
  readonly outputs: string;
}

/** @throws MlError ERR_ML_USAGE outside of a run. */
export function readStageRun(path: string | undefined): StageRun {
  if (path === undefined)
    throw new MlError('ERR_ML_USAGE', {
      message: 'nx-ml-dvc was started by hand: ML_RUN is not set',
      fix: 'Run the step that its ml.yaml describes: nx run PROJECT:train',
    });
  const document = JSON.parse(readFileSync(path, 'utf8')) as RunDocument;
  const { data, model, files } = document.outputs;
  const outputs = data ?? model ?? files;
  if (outputs === undefined) throw new Error(`${path} names no folder for outputs`);
  const folder = dirname(path);
  return { document, work: join(folder, 'work'), state: join(folder, 'stage.json'), outputs };
}
