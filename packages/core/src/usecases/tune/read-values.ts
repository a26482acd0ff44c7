import type { RunResult } from '../../documents/index.js';
import { MlError } from '../../kernel/index.js';
import { evaluationOptionsOf } from '../../manifest/index.js';
import type { MlConfig } from '../../manifest/index.js';
import type { ObjectStore } from '../../store/index.js';
import type { Objective } from '../../tune/study/index.js';

export interface TrialResults {
  readonly train: RunResult;
  readonly evaluate: RunResult | undefined;
}

export interface ReadValuesInput {
  /** Name of the project, for messages. */
  readonly project: string;
  readonly config: MlConfig;
  readonly objectives: readonly Objective[];
  readonly objects: Pick<ObjectStore, 'source'>;
}

/** What one seed of a trial measured, one number an objective. @throws MlError ERR_ML_TUNE_OBJECTIVE, ERR_ML_PREDICTIONS_INVALID */
export async function readValues(results: TrialResults, input: ReadValuesInput): Promise<readonly number[]> {
  const values: number[] = [];
  for (const objective of input.objectives) values.push(await readValue(objective, results, input));
  return values;
}

async function readValue(
  objective: Objective,
  { train, evaluate }: TrialResults,
  input: ReadValuesInput,
): Promise<number> {
  const { step, metric } = objective;
  if (step === 'train') return numberIn(train, { name: nameIn(train, metric), step }, input);
  if (evaluate === undefined) throw new Error('it was not evaluated');
  if (metric.startsWith(ofMetrics))
    return numberIn(evaluate, { name: metric.slice(ofMetrics.length), step }, input);
  return measure(objective, evaluate, input);
}

const ofMetrics = 'metrics.';

/** `metrics.loss` is how `loss` is called elsewhere, where it is not its name. */
function nameIn({ metrics }: RunResult, metric: string): string {
  return metric.startsWith(ofMetrics) && !Object.hasOwn(metrics, metric)
    ? metric.slice(ofMetrics.length)
    : metric;
}

function numberIn(
  { metrics }: RunResult,
  { name, step }: { readonly name: string; readonly step: string },
  { project }: ReadValuesInput,
): number {
  const value = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(metrics);
  throw new MlError('ERR_ML_TUNE_OBJECTIVE', {
    message: `${project}: ${step} wrote no ${name} to metrics.json`,
    fix:
      names.length === 0
        ? 'Let it write the metric that is optimised.'
        : `Write it, or name one of ${names.slice(0, 10).join(', ')} as the objective.`,
  });
}

/** A measure of the predictions, on rows that are not of the test set. */
async function measure(
  { metric, split }: Objective,
  { outputs }: RunResult,
  { project, config, objects }: ReadValuesInput,
): Promise<number> {
  const where = `${project}:evaluate`;
  const digest = outputs['predictions']?.digest;
  if (digest === undefined)
    throw noValue(
      `${where} wrote no predictions, which ${metric} is a measure of`,
      'Let it write predictions.jsonl.',
    );
  // With all measures come the distributions that statistics need.
  const { Evaluation, freeRows, isNone, measureNamed, readExamples, valueOf } =
    await import('../../evaluation/index.js');
  const examples = await readExamples(await objects.source(digest), `${where} predictions`);
  const rows = freeRows(examples).filter(
    (row) => split === null || examples.split?.values[examples.split.codes[row] ?? -1] === split,
  );
  if (rows.length === 0)
    throw noValue(
      `${where} wrote predictions of ${split === null ? 'the test set alone' : `no example of the split "${split}"`}, and tuning must not look at the test set`,
      'Let it write predictions of a validation split too, marked by "split": "validation".',
    );
  const terms = measureNamed(metric)?.terms(new Evaluation(examples, evaluationOptionsOf(config)), rows);
  if (terms === undefined || isNone(terms))
    throw noValue(
      `${where}: ${metric} cannot be told${terms === undefined ? '' : `: ${terms.why}`}`,
      'Name another measure as the objective, or write what it needs into the predictions.',
    );
  return finite(valueOf(terms), `${where}: ${metric}`);
}

function finite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  throw noValue(`${what} is ${String(value)}`, 'Name another measure as the objective.');
}

function noValue(message: string, fix: string): MlError {
  return new MlError('ERR_ML_TUNE_OBJECTIVE', { message, fix });
}
