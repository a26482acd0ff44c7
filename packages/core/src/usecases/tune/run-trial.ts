import { hexOf, isMlError } from '../../kernel/index.js';
import type { ErrorCode, JsonObject, MlError } from '../../kernel/index.js';
import type { Progress } from '../../engine/index.js';
import { keptFolder } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import type { ObjectStore } from '../../store/index.js';
import { mostLogLines } from '../../tune/study/index.js';
import type { SeedValue, ToldEvent, TrialFailure } from '../../tune/study/index.js';
import { trialLogPath } from './trial-log.js';
import type { ReadValuesInput, TrialResults } from './read-values.js';
import { readValues } from './read-values.js';
import { runOnce } from './run-once.js';
import type { OnceOutcome, RunOnceDeps } from './run-once.js';
import type { StudyRuns, TrialRun } from './study-runs.js';
import type { TrialWatch } from './trial-watch.js';

export interface RunTrialInput extends Omit<ReadValuesInput, 'objects'> {
  readonly trial: number;
  readonly params: JsonObject;
  readonly seeds: readonly number[];
  readonly runs: StudyRuns;
  readonly deps: RunOnceDeps & { readonly stores: { readonly objects: ObjectStore } };
  readonly signal: AbortSignal;
  /** Decides whether it is worth its end. */
  readonly watch: TrialWatch;
}

export type TrialOutcome = Omit<ToldEvent, 'type' | 'trial'>;

/** What a command or what it left can be blamed for. Everything else is no fault of the trial, and ends the study until it is mended. */
const faults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_ML_COMMAND_FAILED',
  'ERR_ML_COMMAND_KILLED',
  'ERR_ML_COMMAND_TIMEOUT',
  'ERR_ML_OUTPUT_MISSING',
  'ERR_ML_METRICS_MISSING',
  'ERR_ML_METRICS_INVALID',
  'ERR_ML_METRICS_NOT_FINITE',
  'ERR_ML_PREDICTIONS_INVALID',
  'ERR_ML_PATH_UNSAFE',
  'ERR_ML_TUNE_OBJECTIVE',
]);

/**
 * Runs a trial seed by seed, reading what is known. One that fails is told with the end of its log.
 *
 * @throws MlError ERR_ML_CANCELLED, and what is no fault of the trial; then nobody was told of it, and it is taken up again.
 */
export async function runTrial(input: RunTrialInput): Promise<TrialOutcome> {
  const spent = { ms: 0, executed: 0 };
  const seeds: SeedValue[] = [];
  const outcome = (state: ToldEvent['state'], failure?: TrialFailure): TrialOutcome => {
    const { steps } = input.watch;
    return {
      ...{ state, seeds, ...spent },
      ...(steps.length === 0 ? {} : { steps }),
      ...(failure === undefined ? {} : { failure }),
    };
  };
  try {
    for (const seed of input.seeds) seeds.push(await runSeed(seed, input, spent));
    return outcome('complete');
  } catch (error) {
    if (input.watch.isPruned && !input.signal.aborted) return outcome('pruned');
    if (!isMlError(error) || !faults.has(error.code)) throw error;
    return outcome('failed', failureOf(error));
  }
}

interface Spent {
  ms: number;
  executed: number;
}

async function runSeed(seed: number, input: RunTrialInput, spent: Spent): Promise<SeedValue> {
  const { runs, params } = input;
  const train = runs.train(params, seed);
  const results: { train: OnceOutcome; evaluate?: OnceOutcome } = { train: await once(train, input, spent) };
  const keys = [hexOf(train.run.key)];
  if (runs.isEvaluated) {
    const model = results.train.result.outputs['model'];
    if (model === undefined) throw new Error('a training without a model was published');
    const evaluate = runs.evaluate(params, seed, model);
    results.evaluate = await once(evaluate, input, spent);
    keys.push(hexOf(evaluate.run.key));
  }
  const values = await valuesOf({ train: results.train.result, evaluate: results.evaluate?.result }, input);
  return { seed, values, runs: keys };
}

function valuesOf(results: TrialResults, { deps, ...input }: RunTrialInput): Promise<readonly number[]> {
  return readValues(results, { ...input, objects: deps.stores.objects });
}

async function once(run: TrialRun, input: RunTrialInput, spent: Spent): Promise<OnceOutcome> {
  const { trial, deps, watch } = input;
  const { ref } = run.plan;
  const started = deps.clock.monotonic();
  const isWatched = ref.step === 'train';
  try {
    const outcome = await runOnce(run, {
      deps,
      signal: isWatched ? watch.signal : input.signal,
      places: placesOf(ref, trial, run.run.seed),
      onProgress: (progress: Progress) => {
        if (isWatched) watch.see(progress);
      },
    });
    spent.ms += outcome.ms;
    spent.executed += outcome.executed;
    return outcome;
  } catch (error) {
    // Whatever it took before it was ended or failed was time of the machine.
    if (isMlError(error)) spent.ms += Math.round(deps.clock.monotonic() - started);
    if (isMlError(error) && error.code !== 'ERR_ML_RESOURCES_UNAVAILABLE') spent.executed += 1;
    throw error;
  }
}

function placesOf(ref: StepRef, trial: number, seed: number | null): { log: string; kept: string } {
  return { log: trialLogPath(ref, trial, seed), kept: `${keptFolder(ref, seed)}.trial` };
}

/** Longer texts are cut: an entry of a journal has a limit. */
function failureOf({ code, message, detail }: MlError): TrialFailure {
  const cut = (text: string, most: number): string =>
    text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  return {
    code,
    message: cut(message, 2000).toWellFormed(),
    log: detail.slice(-mostLogLines).map((line) => cut(line, 1000).toWellFormed()),
  };
}
