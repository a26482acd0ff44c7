import { createRequire } from 'node:module';

import { median } from './measure.mjs';
import { openOptuna } from './peers/optuna.mjs';
import { functions } from './tune/functions.mjs';

export const title =
  'what 100 trials find on ten functions, 50 seeds each: regret (median; where a study has two outcomes, mean) beside Optuna’s multivariate TPE, and random search';
export const target = 1.1;

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);

/** Medians of 20 still differ by a quarter from one twenty to the next. */
const seeds = 50;
const trials = 100;

/** The worst of ours by Optuna's over all functions; where Optuna cannot be had, by random search. */
export async function measure(say) {
  asking(say);
  const optuna = await openOptuna(say);
  say(
    `${''.padEnd(20)}${['random', 'Sobol', 'Optuna', 'nx-ml', 'nx-ml/Optuna'].map((name) => name.padStart(13)).join('')}`,
  );
  const ratios = [];
  for (const one of functions) {
    const space = core('tune').parseSpace(one.space, one.name);
    const ours = (sampler) => regretOf(one, (seed) => searched(sampler, space, seed, one.of));
    const [random, sobol, tpe] = ['randomSampler', 'sobolSampler', 'tpeSampler'].map(ours);
    const theirs = optuna === undefined ? random : await regretOfOptuna(optuna, one, space);
    ratios.push({ peer: tpe / theirs, random: tpe / random });
    const figures = [random, sobol, theirs, tpe].map((regret) => regret.toPrecision(3).padStart(13)).join('');
    say(
      `${(one.judged === 'mean' ? `${one.name}, mean` : one.name).padEnd(20)}${figures}${(tpe / theirs).toFixed(2).padStart(13)}`,
    );
  }
  optuna?.close();
  const mean = (key) =>
    Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio[key]), 0) / ratios.length);
  say(
    `geometric mean: ${mean('peer').toFixed(2)} of ${optuna === undefined ? 'random search' : `Optuna ${optuna.version}`}, ${mean('random').toFixed(2)} of random search`,
  );
  return Math.max(...ratios.map(({ peer }) => peer));
}

function searched(sampler, space, seed, of) {
  const tune = core('tune');
  const dimensions = tune.dimensionsOf(space);
  const one =
    sampler === 'tpeSampler'
      ? tune.tpeSampler(dimensions, { seed, directions: ['minimize'] })
      : tune[sampler](dimensions, seed);
  const history = [];
  for (let number = 0; number < trials; number += 1) {
    const params = one.suggest(number, history);
    history.push({ number, params, state: 'complete', values: [of(params)] });
  }
  return history.map(({ values: [value] }) => value);
}

function regretOf({ least, judged }, run) {
  return middle(
    Array.from({ length: seeds }, (_, seed) => Math.min(...run(seed)) - least),
    judged,
  );
}

function middle(regrets, judged) {
  return judged === 'mean'
    ? regrets.reduce((sum, regret) => sum + regret, 0) / regrets.length
    : median(regrets);
}

async function regretOfOptuna(optuna, one, { parameters }) {
  const space = {
    order: parameters.map(({ name }) => name),
    of: Object.fromEntries(
      parameters.map((each) => [
        each.name,
        { ...each, when: each.when.map(({ parameter, values }) => [parameter, values]) },
      ]),
    ),
  };
  const group = parameters.some(({ when }) => when.length > 0);
  const regrets = [];
  for (let seed = 0; seed < seeds; seed += 1)
    regrets.push(Math.min(...(await optuna.run({ space, seed, trials, group, of: one.of }))) - one.least);
  return middle(regrets, one.judged);
}

/** Processor time of one question, over histories of growing length: wall time would tell of what else runs. */
function asking(say) {
  const tune = core('tune');
  const space = {
    ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`x${i}`, { float: [0, 1] }])),
    rate: { float: [1e-5, 1], log: true },
    share: { float: [0, 1], step: 0.01 },
    depth: { int: [2, 64], log: true },
    kind: ['a', 'b', 'c'],
  };
  const dimensions = tune.dimensionsOf(tune.parseSpace(space, 'space'));
  const random = tune.randomSampler(dimensions, 1);
  const history = [];
  const took = [100, 1000, 10_000].map((length) => {
    while (history.length < length) {
      const number = history.length;
      history.push({
        number,
        params: random.suggest(number, []),
        state: 'complete',
        values: [(number * 7919) % 1009],
      });
    }
    const sampler = tune.tpeSampler(dimensions, { seed: 1, directions: ['minimize'] });
    sampler.suggest(length, history);
    const times = Array.from({ length: 15 }, (_, more) => {
      const started = process.cpuUsage();
      sampler.suggest(length + more, history);
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    });
    return `${median(times).toFixed(1)} ms after ${length}`;
  });
  say(`asking for one trial of 10 parameters: ${took.join(', ')}`);
}
