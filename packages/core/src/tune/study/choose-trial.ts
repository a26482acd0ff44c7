import { raceOf } from '../choice/race.js';
import { bestByMean, byMean } from './best-trial.js';
import type { Objective } from './objective.js';
import type { ScopedTrial } from './study-view.js';

export interface ChooseRules {
  readonly objective: Pick<Objective, 'direction'>;
  /** Seeds by which trials are found. */
  readonly seeds: readonly number[];
  /** Those, and the ones of trainings that people see. */
  readonly allSeeds: readonly number[];
}

export interface TrialChoice {
  /** What to believe as far as it was measured; undefined where no trial ended well. */
  readonly trial: ScopedTrial | undefined;
  /** What to run before it is believed; empty when there is nothing. */
  readonly next: readonly { readonly trial: ScopedTrial; readonly seed: number }[];
}

/** So many leaders run for it. */
const leaders = 3;

/**
 * Which trial to train with. The best of many is in part the luckiest: where there are at least two seeds by which it was not found, the leaders
 * race on those, and the one with the best bound is chosen (see raceOf). With one such seed there is no bound: whoever leads by its mean is
 * tried on it, until one leads that was. The one that is chosen is run with all seeds, so that training with its parameters is a restore.
 */
export function chooseTrial(trials: readonly ScopedTrial[], rules: ChooseRules): TrialChoice {
  const { objective, seeds, allSeeds } = rules;
  const fresh = allSeeds.filter((seed) => !seeds.includes(seed));
  if (fresh.length < 2) return withMissing(bestByMean(trials, objective), allSeeds);
  const complete = trials.filter(({ state }) => state === 'complete');
  const found = complete.map((trial) => ({ ...trial, seeds: ofSeeds(trial, seeds) }));
  const running = new Set(
    byMean(found, objective)
      .slice(0, leaders)
      .map(({ number }) => number),
  );
  const contenders = complete.filter(({ number }) => running.has(number));
  const race = raceOf(
    contenders.map((trial) => ({ number: trial.number, fresh: valuesOf(trial, fresh) })),
    { direction: objective.direction, seeds: fresh },
  );
  const trialOf = (number: number | undefined): ScopedTrial | undefined =>
    contenders.find((trial) => trial.number === number);
  const chosen = trialOf(race.choice) ?? bestByMean(contenders, objective);
  if (race.next.length === 0) return withMissing(chosen, allSeeds);
  const next = race.next.flatMap(({ number, seed }) => {
    const trial = trialOf(number);
    return trial === undefined ? [] : [{ trial, seed }];
  });
  return { trial: chosen, next };
}

function withMissing(trial: ScopedTrial | undefined, allSeeds: readonly number[]): TrialChoice {
  if (trial === undefined) return { trial, next: [] };
  const known = new Set(trial.seeds.map(({ seed }) => seed));
  return { trial, next: allSeeds.filter((seed) => !known.has(seed)).map((seed) => ({ trial, seed })) };
}

function ofSeeds(trial: ScopedTrial, seeds: readonly number[]): ScopedTrial['seeds'] {
  return trial.seeds.filter(({ seed }) => seed !== null && seeds.includes(seed));
}

function valuesOf(trial: ScopedTrial, seeds: readonly number[]): ReadonlyMap<number, number> {
  return new Map(
    ofSeeds(trial, seeds).flatMap(({ seed, values: [value] }) =>
      seed === null || value === undefined ? [] : [[seed, value] as const],
    ),
  );
}
