import { createRequire } from 'node:module';

export const title =
  'tests of a mean of paired differences: a million of them beside random flips, and the level of non-inferiority beside sign flips and t';
/** Seconds for a million differences, and how often bets exceed their level, whichever is more. */
export const target = 1;

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);

const margin = 0.02;

export async function measure(say) {
  const { seededRng } = core('kernel');
  const rng = seededRng(1);
  return Math.max(millionDifferences(say, rng), ...levels(say, rng));
}

function millionDifferences(say, rng) {
  const { pairedPermutation, pairedPermutationMonteCarlo } = core('stats');
  const differences = Float64Array.from({ length: 1_000_000 }, () => normal(rng) ** 3 + 0.01);
  const [seconds, exact] = timed(() => pairedPermutation({ differences }));
  const [drawing, drawn] = timed(() => pairedPermutationMonteCarlo({ differences, resamples: 100_000, rng }));
  say(`a million differences with long tails, p by`);
  say(`  computing it              ${seconds.toFixed(2)} s   p ${exact.greater.toExponential(2)}`);
  say(`  100,000 flips of 4,093 blocks  ${drawing.toFixed(2)} s   p ${drawn.greater.toExponential(2)}`);
  return seconds;
}

/** Differences whose mean is -margin, and down to -1: what passes is wrong. */
const harms = {
  'a fiftieth loses all': (rng) => (rng.uniform() < margin ? -1 : 0),
  'uniform losses': (rng) => 2 * (rng.uniform() - 0.5) * (1 - margin) - margin,
  'exponential losses': (rng) => Math.max(-1, 0.1 - margin + 0.1 * Math.log(1 - rng.uniform())),
};

function levels(say, rng) {
  const alpha = 0.01;
  say(`worse by the margin, yet "not worse": times the level of ${alpha}, 60 examples, 2,000 runs`);
  say(`  ${'differences'.padEnd(24)}bets   corrected t   t      sign flips`);
  return Object.entries(harms).map(([name, draw]) => {
    const runs = 2000;
    const passed = [0, 0, 0, 0];
    for (let run = 0; run < runs; run += 1)
      pValues(Float64Array.from({ length: 60 }, () => draw(rng))).forEach((p, test) => {
        if (p <= alpha) passed[test] += 1;
      });
    const times = passed.map((count) => count / runs / alpha);
    say(`  ${name.padEnd(24)}${times.map((ratio) => ratio.toFixed(1).padEnd(7)).join('')}`);
    return times[0];
  });
}

function pValues(differences) {
  const { nonInferiorityMean, pairedPermutation, pairedT } = core('stats');
  const shifted = differences.map((difference) => difference + margin);
  return [
    nonInferiorityMean({ differences, margin, worst: -1 }).p,
    nonInferiorityMean({ differences, margin }).p,
    pairedT({ differences: shifted, confidence: 0.95 }).greater,
    pairedPermutation({ differences: shifted }).greater,
  ];
}

function normal(rng) {
  return Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());
}

function timed(act) {
  const started = performance.now();
  const result = act();
  return [(performance.now() - started) / 1000, result];
}
