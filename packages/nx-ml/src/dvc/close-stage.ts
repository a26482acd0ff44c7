import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { metricsFileText, readStageMetrics } from '@nx-ml/core/interop/dvc-import';
import { MlError } from '@nx-ml/core/kernel';

import type { StageOptions } from './open-stage.js';
import type { StagePlace } from './stage-run.js';

/**
 * Reads the metrics that a stage wrote, and moves what it made to the outputs of the run, each at its workspace-relative
 * path, which is where the stages that read it find it again.
 *
 * @throws MlError ERR_ML_OUTPUT_MISSING, ERR_ML_METRICS_INVALID
 */
export function closeStage({ run, note }: StagePlace): void {
  const { outs, metrics } = JSON.parse(readFileSync(run.state, 'utf8')) as Pick<
    StageOptions,
    'outs' | 'metrics'
  >;
  const missing = [...outs, ...metrics].filter((path) => !existsSync(join(run.work, path)));
  if (missing.length > 0)
    throw new MlError('ERR_ML_OUTPUT_MISSING', {
      message: `The stage ended well and wrote no ${missing.join(', ')}`,
      fix: 'Look at the end of its log, or take the path out of the command in ml.yaml.',
    });
  if (metrics.length > 0) {
    const read = readStageMetrics(
      metrics.map((file) => ({ file, text: readFileSync(join(run.work, file), 'utf8') })),
    );
    for (const name of read.leftOut) note(`${name} is no number, and stands in the file alone\n`);
    writeFileSync(run.document.outputs.metrics, metricsFileText(read.metrics));
  }
  for (const path of [...outs, ...metrics])
    if (existsSync(join(run.work, path))) move(path, run.work, run.outputs);
}

/** A metrics file within an output went with it already. */
function move(path: string, from: string, to: string): void {
  mkdirSync(dirname(join(to, path)), { recursive: true });
  renameSync(join(from, path), join(to, path));
}
