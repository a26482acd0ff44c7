import type { Objective } from '../tune/study/objective.js';
import { parseSpace } from '../tune/space/read-space.js';
import type { Space } from '../tune/space/parameter.js';
import type { MlConfig, ModelConfig } from './ml-config.js';
import { parseDuration } from './quantities.js';
import { directionOf } from './tune-rules.js';

type TuneConfig = NonNullable<ModelConfig['tune']>;
type ObjectiveConfig = NonNullable<TuneConfig['objective']>;

/** What a study of a model is to do, with all defaults filled in. */
export interface TunePolicy {
  readonly space: Space;
  /** At least one; the first is what pruning looks at. */
  readonly objectives: readonly [Objective, ...Objective[]];
  readonly trials: number;
  /** Milliseconds of commands; undefined: no limit. */
  readonly time: number | undefined;
  /** In the currency of the prices. */
  readonly cost: number | undefined;
  /** In units of the first objective; undefined: all trials are run. */
  readonly minGain: number | undefined;
  readonly parallel: number;
  /** Of each trial, in rising order. */
  readonly seeds: readonly number[];
  /** Of the trainings that people see: the leaders are tried on all of them. */
  readonly allSeeds: readonly number[];
  readonly sampler: NonNullable<TuneConfig['sampler']>;
  readonly samplerSeed: number;
  readonly pruner: 'none' | 'asha' | 'halving' | 'median';
  /** What the pruner looks at in lines of progress. */
  readonly progress: string;
  readonly maxFailures: number;
}

/** undefined where ml.yaml has no `tune`. */
export function tunePolicyOf(config: MlConfig): TunePolicy | undefined {
  if (config.kind !== 'model' || config.tune === undefined) return undefined;
  const { tune } = config;
  const { trials = 50, minGain, parallel = 1, sampler = 'tpe', seed = 0, maxFailures = 5 } = tune;
  const objectives = objectivesOf(config, tune);
  return {
    space: parseSpace(tune.space, 'tune.space'),
    objectives,
    ...{ trials, minGain, parallel, sampler, samplerSeed: seed, maxFailures },
    ...budgetOf(tune),
    ...seedsOf(config, tune),
    ...prunerOf(tune, objectives[0]),
  };
}

function budgetOf({ budget }: TuneConfig): Pick<TunePolicy, 'time' | 'cost'> {
  const time = budget?.time;
  return { time: time === undefined ? undefined : parseDuration(time), cost: budget?.cost };
}

function seedsOf({ train }: ModelConfig, tune: TuneConfig): Pick<TunePolicy, 'seeds' | 'allSeeds'> {
  const trained = sorted(train.seeds ?? [1]);
  const seeds = tune.seeds === undefined ? trained.slice(0, 1) : sorted(tune.seeds);
  return { seeds, allSeeds: sorted([...new Set([...seeds, ...trained])]) };
}

function prunerOf({ pruner }: TuneConfig, { metric }: Objective): Pick<TunePolicy, 'pruner' | 'progress'> {
  const { name = 'none', metric: told } = typeof pruner === 'object' ? pruner : { name: pruner };
  return { pruner: name, progress: told ?? metric.split(/[.@/]/).at(-1) ?? metric };
}

function objectivesOf(
  config: ModelConfig,
  { objective, objectives }: TuneConfig,
): [Objective, ...Objective[]] {
  const [first, ...others] = (objectives ?? [objective]).map((one) => objectiveOf(config, one));
  if (first === undefined) throw new Error('tune without an objective');
  return [first, ...others];
}

function objectiveOf({ evaluate }: ModelConfig, config: ObjectiveConfig | undefined): Objective {
  if (config === undefined) throw new Error('tune without an objective');
  const { metric, step, direction, split } =
    typeof config === 'string' ? ({ metric: config } as Exclude<ObjectiveConfig, string>) : config;
  const of = step ?? (evaluate === undefined ? 'train' : 'evaluate');
  return {
    step: of,
    metric,
    split: split ?? null,
    direction: direction ?? directionOf(metric, of === 'train') ?? 'maximize',
  };
}

function sorted(seeds: readonly number[]): readonly number[] {
  return [...seeds].sort((a, b) => a - b);
}
