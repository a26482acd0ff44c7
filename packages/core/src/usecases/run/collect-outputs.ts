import { MlError } from '../../kernel/index.js';
import { parseMetrics } from '../../manifest/index.js';
import type { RunResult } from '../../documents/index.js';
import type { StepSpec } from '../../manifest/index.js';
import type { ObjectRef, ObjectWriter } from '../../store/index.js';
import { stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import { collectPredictions } from './collect-predictions.js';
import { holdsFiles, readOutput } from './run-folder.js';
import type { RunFolder } from './run-folder.js';

export interface CollectInput {
  readonly ref: StepRef;
  readonly seed: number | null;
  readonly spec: StepSpec;
  readonly folder: RunFolder;
  readonly writer: ObjectWriter;
}

/** The folder that a step may fill. The data and the model are owed; an evaluation's files, such as plots, are not. */
export function outputFolder(step: StepRef['step']): 'data' | 'model' | 'files' {
  return step === 'evaluate' ? 'files' : step === 'data' ? 'data' : 'model';
}

/**
 * Checks what a command left and stores it. Nothing is published yet: a refusal here leaves the last good run as it is.
 *
 * @throws MlError ERR_ML_METRICS_*, ERR_ML_PREDICTIONS_INVALID, ERR_ML_OUTPUT_MISSING, ERR_ML_PATH_UNSAFE
 */
export async function collectOutputs(input: CollectInput): Promise<RunResult> {
  const { ref, folder, writer } = input;
  const metrics = await collectMetrics(input);
  const outputs: Record<string, ObjectRef> = {};
  const output = outputFolder(ref.step);
  if (output !== 'files' || (await holdsFiles(folder.output(output))))
    outputs[output] = await collectFolder(input, output);
  const predictions = await collectPredictions(ref, folder);
  if (predictions !== undefined) outputs['predictions'] = await writer.putFile(predictions);
  return { formatVersion: 1, outputs, metrics };
}

async function collectMetrics({
  ref,
  seed,
  spec,
  folder,
}: CollectInput): Promise<Readonly<Record<string, number>>> {
  const text = await readOutput(folder.metrics, 4_000_000);
  if (text !== undefined) return parseMetrics(text, { project: ref.project, step: ref.step, seed });
  if (!spec.metricsRequired) return {};
  throw new MlError('ERR_ML_METRICS_MISSING', {
    message: `${stepId(ref)}${seedText(seed)} ended well but wrote no metrics`,
    fix: 'Write a JSON object of numbers to the file that ML_RUN names as outputs.metrics, or say "metrics: optional".',
  });
}

async function collectFolder({ ref, seed, folder, writer }: CollectInput, name: string): Promise<ObjectRef> {
  const path = folder.output(name);
  if (await holdsFiles(path)) return writer.putTree(path);
  throw new MlError('ERR_ML_OUTPUT_MISSING', {
    message: `${stepId(ref)}${seedText(seed)} ended well but wrote nothing to its ${name} folder`,
    fix: `Write into the folder that ML_RUN names as outputs.${name}.`,
  });
}

function seedText(seed: number | null): string {
  return seed === null ? '' : ` (seed ${String(seed)})`;
}
