import { MlError } from '../../kernel/index.js';
import type { TunePolicy } from '../../manifest/index.js';
import { gridSampler, gridSize, randomSampler, sobolSampler, tpeSampler } from '../../tune/samplers/index.js';
import type { Sampler, Trial as Observation } from '../../tune/samplers/index.js';
import { meansOf } from '../../tune/study/index.js';
import type { ScopedTrial, StudyView, Suggest } from '../../tune/study/index.js';

/** The sampler that ml.yaml names, over trials of a study. @throws MlError ERR_ML_TUNE_SPACE for a grid that nobody ends */
export function suggestBy(policy: TunePolicy, view: StudyView): Suggest {
  const sampler = samplerOf(policy, view);
  // Each is told once: a sampler remembers where it put what it saw.
  const observations = new WeakMap<ScopedTrial, Observation>();
  const observed = (trial: ScopedTrial): Observation => {
    const known = observations.get(trial) ?? observationOf(trial);
    observations.set(trial, known);
    return known;
  };
  return (trials) => sampler.suggest(trials.length, trials.map(observed));
}

function samplerOf({ sampler, samplerSeed: seed, objectives }: TunePolicy, { scope }: StudyView): Sampler {
  const { dimensions } = scope;
  const [{ direction }, ...others] = objectives;
  const directions = [direction, ...others.map((other) => other.direction)] as const;
  switch (sampler) {
    case 'random':
      return randomSampler(dimensions, seed);
    case 'sobol':
      return sobolSampler(dimensions, seed);
    case 'tpe':
      return tpeSampler(dimensions, { seed, directions });
    case 'grid':
      if (gridSize(dimensions) === undefined) throw tooLarge();
      return gridSampler(dimensions, { seed });
  }
}

/** A trial as samplers see it. */
export function observationOf({ number, values: params, state, steps, seeds }: ScopedTrial): Observation {
  if (state === 'asked') return { number, params, state: 'running' };
  const last = steps.at(-1);
  if (state === 'pruned' && last !== undefined)
    return { number, params, state, values: [last.value], resource: last.step };
  const values = meansOf({ seeds });
  return { number, params, state, ...(state === 'complete' && values.length > 0 ? { values } : {}) };
}

function tooLarge(): MlError {
  return new MlError('ERR_ML_TUNE_SPACE', {
    message: 'tune.space has more than 100,000 combinations, and tune.sampler is grid',
    fix: 'Give parameters a step or fewer choices, or let tpe or sobol choose among them.',
  });
}
