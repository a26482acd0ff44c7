// Functions to minimise, with the space as it would stand in ml.yaml and the least value. Those whose least would lie in the middle of
// their usual bounds are shifted, so that a sampler gains nothing by beginning there.

const cube = (n, float) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`x${i}`, { float }]));
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
const xs = (params) => Object.values(params);
/** Shifted by another amount in each dimension, within what the bounds leave. */
const shifted = (params, range) =>
  xs(params).map((x, i) => x - range * [0.31, -0.23, 0.17, -0.37, 0.11][i % 5]);

const hartmannWeights = [1, 1.2, 3, 3.2];
const hartmann = (a, p) => (params) =>
  -sum(
    hartmannWeights.map(
      (weight, i) => weight * Math.exp(-sum(xs(params).map((x, j) => a[i][j] * (x - p[i][j] * 1e-4) ** 2))),
    ),
  );

/** Three learners, each with parameters of its own: what a search over kinds of models looks like. */
function learner({ kind, ...params }) {
  if (kind === 'linear') return 0.3 + 0.02 * (Math.log10(params['linear.l2']) + 2) ** 2;
  if (kind === 'forest')
    return (
      0.2 +
      0.004 * (params['forest.depth'] - 11) ** 2 +
      0.05 * Math.abs(Math.log2(params['forest.trees'] / 300)) +
      (params['forest.split'] === 'gini' ? 0 : 0.02)
    );
  return (
    0.1 +
    0.06 * (Math.log10(params['svm.c']) - 1) ** 2 +
    0.06 * (Math.log10(params['svm.gamma']) + 2 + 0.5 * (Math.log10(params['svm.c']) - 1)) ** 2 +
    { rbf: 0, poly: 0.05, sigmoid: 0.2 }[params['svm.kernel']]
  );
}

export const functions = [
  {
    name: 'sphere, 5',
    space: cube(5, [-5.12, 5.12]),
    least: 0,
    of: (params) => sum(shifted(params, 5.12).map((x) => x * x)),
  },
  {
    name: 'Rosenbrock, 4',
    space: cube(4, [-5, 10]),
    least: 0,
    of: (params) => {
      const x = xs(params);
      return sum(x.slice(1).map((next, i) => 100 * (next - x[i] ** 2) ** 2 + (1 - x[i]) ** 2));
    },
  },
  {
    name: 'Ackley, 5',
    space: cube(5, [-32.768, 32.768]),
    least: 0,
    of: (params) => {
      const x = shifted(params, 32.768);
      const mean = (of) => sum(x.map(of)) / x.length;
      return (
        20 +
        Math.E -
        20 * Math.exp(-0.2 * Math.sqrt(mean((v) => v * v))) -
        Math.exp(mean((v) => Math.cos(2 * Math.PI * v)))
      );
    },
  },
  {
    name: 'Rastrigin, 4',
    space: cube(4, [-5.12, 5.12]),
    least: 0,
    of: (params) => sum(shifted(params, 5.12).map((x) => x * x + 10 - 10 * Math.cos(2 * Math.PI * x))),
  },
  {
    name: 'Branin, 2',
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
    least: 0.39788735772973816,
    of: ({ x0, x1 }) =>
      (x1 - (5.1 / (4 * Math.PI ** 2)) * x0 ** 2 + (5 / Math.PI) * x0 - 6) ** 2 +
      10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x0) +
      10,
  },
  {
    name: 'Hartmann, 3',
    space: cube(3, [0, 1]),
    least: -3.86277978733266,
    of: hartmann(
      [
        [3, 10, 30],
        [0.1, 10, 35],
        [3, 10, 30],
        [0.1, 10, 35],
      ],
      [
        [3689, 1170, 2673],
        [4699, 4387, 7470],
        [1091, 8732, 5547],
        [381, 5743, 8828],
      ],
    ),
  },
  {
    name: 'Hartmann, 6',
    space: cube(6, [0, 1]),
    least: -3.322368011415515,
    of: hartmann(
      [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
      ],
      [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
      ],
    ),
  },
  {
    name: 'Levy, 5',
    space: cube(5, [-10, 10]),
    least: 0,
    of: (params) => {
      const w = xs(params).map((x) => 1 + (x - 1) / 4);
      const last = w.at(-1);
      return (
        Math.sin(Math.PI * w[0]) ** 2 +
        sum(w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2))) +
        (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
      );
    },
  },
  {
    name: 'Styblinski-Tang, 5',
    space: cube(5, [-5, 5]),
    least: -39.16616570377142 * 5,
    of: (params) => sum(xs(params).map((x) => x ** 4 - 16 * x ** 2 + 5 * x)) / 2,
  },
  {
    name: 'three learners',
    // A study ends at the better kind or at another one: a median would only tell which comes more often.
    judged: 'mean',
    space: {
      kind: ['linear', 'forest', 'svm'],
      'linear.l2': { float: [1e-6, 1e3], log: true, when: { kind: 'linear' } },
      'forest.depth': { int: [2, 20], when: { kind: 'forest' } },
      'forest.trees': { int: [10, 1000], log: true, when: { kind: 'forest' } },
      'forest.split': { choice: ['gini', 'entropy'], when: { kind: 'forest' } },
      'svm.c': { float: [1e-3, 1e4], log: true, when: { kind: 'svm' } },
      'svm.gamma': { float: [1e-6, 10], log: true, when: { kind: 'svm' } },
      'svm.kernel': { choice: ['rbf', 'poly', 'sigmoid'], when: { kind: 'svm' } },
    },
    least: 0.1,
    of: learner,
  },
];
