import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Input = Readonly<Record<string, unknown>>;

const folder = join(__dirname, '../../fixtures/references');

/** Long lists make a fuzzer slow and show nothing more. */
const LONGEST = 40;

function shortened(input: Input): Input {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.slice(0, LONGEST) : value,
    ]),
  );
}

const published = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { method: string; input: Input }[],
  );

const ours: Readonly<Record<string, readonly Input[]>> = {
  nonInferiorityMean: [
    { differences: [0.1, -0.2, 0.3, 0.05], margin: 0.1 },
    { differences: [0.1, -0.2, 0.3, 0.05], margin: 0.1, worst: -1, groups: [1, 1, 2, 3] },
  ],
  clopperPearsonLower: [{ successes: 3, n: 10, alpha: 0.05 }],
  clopperPearsonUpper: [{ successes: 3, n: 10, alpha: 0.05 }],
  connorSampleSize: [{ disagreement: 0.1, effect: 0.02, alpha: 0.05, power: 0.8 }],
  pairedPermutation: [
    { differences: [0.1, -0.2, 0.3, 0.05], groups: [1, 1, 2, 3] },
    { differences: Array.from({ length: 60 }, (_, index) => Math.sin(index)) },
  ],
  bcaOfCounts: [{ counts: [10, 20, 30], confidence: 0.95, resamples: 100 }],
  bcaOfIndices: [{ n: 20, confidence: 0.95, resamples: 100 }],
};

/** For each method inputs that it takes, to be made worse. */
export const exampleInputs: Readonly<Record<string, readonly Input[]>> = {
  ...ours,
  ...Object.fromEntries(
    [...new Set(published.map(({ method }) => method))].map((name) => [
      name,
      published.filter(({ method }) => method === name).map(({ input }) => shortened(input)),
    ]),
  ),
};
