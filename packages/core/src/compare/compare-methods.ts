import { MlError } from '../kernel/errors.js';
import { natureOf } from '../gate/metric-names.js';
import { nearestWord } from '../manifest/nearest-word.js';
import { compareFolds } from './compare-folds.js';
import type { FoldComparison, FoldedRun, GivenSizes } from './compare-folds.js';
import { compareSeeds } from './compare-seeds.js';
import type { Direction, SeedComparison } from './compare-seeds.js';
import { foldsByMetric, isFoldMetric } from './fold-metrics.js';
import { pairSeeds } from './pair-seeds.js';
import type { MeasuredSeed, Side } from './pair-seeds.js';

export interface MethodsAsked {
  /** By seed. */
  readonly a: readonly MeasuredSeed[];
  readonly b: readonly MeasuredSeed[];
  /** Empty: every metric that both sides have and of which it is known which way is better. */
  readonly metrics: readonly string[];
  /** Which way is better; undefined: as the metric's name says. */
  readonly better?: Direction | undefined;
  readonly sizes: GivenSizes;
  /** Whose folds are compared; undefined: those of the lowest seed that both sides have. */
  readonly seed?: number | undefined;
}

export interface MetricComparison {
  readonly metric: string;
  readonly better: Direction;
  /** null where no run has the metric but by folds. */
  readonly seeds: SeedComparison | null;
  /** null where the two runs do not have it by folds. */
  readonly folds: FoldComparison | null;
}

export interface MethodComparison {
  readonly metrics: readonly MetricComparison[];
  /** Metrics of both sides that were left out since their names do not say which way is better. */
  readonly undirected: readonly string[];
  /** Metrics that one side alone has, where all were asked for. */
  readonly oneSided: Readonly<Record<Side, readonly string[]>>;
  /** Whose folds are compared, where any are. Those of several seeds are not pooled: they may be the same split again. */
  readonly foldSeed: number | null;
}

/**
 * Puts two methods side by side, metric by metric. Each answer stands at 5% by itself.
 *
 * @throws MlError ERR_ML_USAGE for a metric that no run has, one whose better side is not known, a seed that a side does not
 *   have, folds whose sizes are not known, and where nothing can be compared.
 */
export function compareMethods(asked: MethodsAsked): MethodComparison {
  const folds = foldRuns(asked);
  const { names, ...leftOut } = asked.metrics.length > 0 ? named(asked) : everyMetric(asked);
  const metrics = names.map(([metric, better]) => {
    const found = folds && compareFolds({ ...folds, metric, better }, asked.sizes);
    return { metric, better, seeds: seedsOf(asked, metric, better), folds: found ?? null };
  });
  if (metrics.length === 0) throw nothingCommon(leftOut.undirected);
  const foldSeed = metrics.some((metric) => metric.folds !== null) ? (folds?.a.seed ?? null) : null;
  return { metrics, ...leftOut, foldSeed };
}

type Names = readonly (readonly [metric: string, better: Direction])[];

type Chosen = Pick<MethodComparison, 'undirected' | 'oneSided'> & { readonly names: Names };

function named({ metrics, better, ...asked }: MethodsAsked): Chosen {
  const known = [...new Set([...metricsOf(asked.a), ...metricsOf(asked.b)])];
  for (const metric of metrics) if (!known.includes(metric)) throw unknown(metric, known);
  const names = metrics.map((metric) => {
    const direction = better ?? directionOf(metric);
    if (direction === undefined) throw noDirection(metric);
    return [metric, direction] as const;
  });
  return { names, undirected: [], oneSided: { a: [], b: [] } };
}

function everyMetric({ a, b, better }: MethodsAsked): Chosen {
  const [ofA, ofB] = [judgedMetrics(a), judgedMetrics(b)];
  const [inA, inB] = [new Set(ofA), new Set(ofB)];
  const shared = ofA.filter((name) => inB.has(name));
  const names = shared.flatMap((metric) => {
    const direction = better ?? directionOf(metric);
    return direction === undefined ? [] : [[metric, direction] as const];
  });
  const directed = new Set(names.map(([metric]) => metric));
  return {
    names,
    undirected: shared.filter((name) => !directed.has(name)),
    oneSided: { a: ofA.filter((name) => !inB.has(name)), b: ofB.filter((name) => !inA.has(name)) },
  };
}

/**
 * All but the sizes of folds, and but those of the training that the evaluation has as well, `train.loss`, which nobody gets who does
 * not ask for them.
 */
function judgedMetrics(runs: readonly MeasuredSeed[]): readonly string[] {
  const sizes = ['nTrain', 'nTest'];
  return metricsOf(runs).filter((name) => !sizes.includes(name) && !name.startsWith('train.'));
}

/** Names without those of folds, which count by the metric that each fold has. */
function metricsOf(runs: readonly MeasuredSeed[]): readonly string[] {
  const names = runs.flatMap(({ metrics }) => [
    ...Object.keys(metrics).filter((name) => !isFoldMetric(name)),
    ...foldsByMetric(metrics).keys(),
  ]);
  return [...new Set(names)];
}

/** By any word of the name, as the gate knows metrics of metrics.json. */
function directionOf(metric: string): Direction | undefined {
  return natureOf(`metrics.${metric}`)?.better;
}

function seedsOf({ a, b }: MethodsAsked, metric: string, better: Direction): SeedComparison | null {
  const has = ({ metrics }: MeasuredSeed): boolean => Object.hasOwn(metrics, metric);
  return a.some(has) || b.some(has) ? compareSeeds(pairSeeds(a, b, metric), better) : null;
}

/** The two runs whose folds are compared; undefined where the sides share no seed. */
function foldRuns({
  a,
  b,
  seed,
}: MethodsAsked): { readonly a: FoldedRun; readonly b: FoldedRun } | undefined {
  const shared = a.flatMap((run) => {
    const other = b.find((candidate) => candidate.seed === run.seed);
    return other === undefined ? [] : [{ a: run, b: other }];
  });
  const [lowest] = [...shared].sort((x, y) => x.a.seed - y.a.seed);
  const found = seed === undefined ? lowest : shared.find((pair) => pair.a.seed === seed);
  if (found !== undefined) return { a: folded(found.a), b: folded(found.b) };
  if (seed === undefined) return undefined;
  throw new MlError('ERR_ML_USAGE', {
    message: `The sides have no run of seed ${String(seed)} in common`,
    fix: `Seeds of both: ${shared.map((pair) => String(pair.a.seed)).join(', ') || 'none'}.`,
  });
}

function folded(run: MeasuredSeed): FoldedRun {
  return { ...run, folds: foldsByMetric(run.metrics) };
}

function unknown(metric: string, known: readonly string[]): MlError {
  const nearest = nearestWord(metric, known);
  return new MlError('ERR_ML_USAGE', {
    message: `No run of either side has the metric "${metric}"`,
    fix:
      nearest === undefined ? `They have: ${known.slice(0, 20).join(', ')}.` : `Did you mean "${nearest}"?`,
  });
}

function noDirection(metric: string): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `The name "${metric}" does not say whether more of it is better or worse`,
    fix: `Say it: --metric ${metric} --better higher, or --better lower.`,
  });
}

function nothingCommon(undirected: readonly string[]): MlError {
  const [first] = undirected;
  if (first === undefined)
    return new MlError('ERR_ML_USAGE', {
      message: 'The two sides have no metric in common',
      fix: 'nx-ml runs PROJECT lists the metrics of each run. An evaluation that was not run yet: nx run PROJECT:evaluate.',
    });
  return new MlError('ERR_ML_USAGE', {
    message: `No name of a metric says whether more of it is better or worse: ${undirected.slice(0, 20).join(', ')}`,
    fix: `Name one and say it: --metric ${first} --better higher, or --better lower.`,
  });
}
