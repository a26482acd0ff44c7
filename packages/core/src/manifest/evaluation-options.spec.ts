import { evaluationOptionsOf } from './evaluation-options.js';
import { parseMlYaml } from './parse-ml-yaml.js';

const read = (evaluate: string) => {
  const result = parseMlYaml(`kind: model\ntrain: { command: a }\nevaluate: ${evaluate}\n`, 'ml.yaml');
  return result.ok
    ? evaluationOptionsOf(result.config)
    : result.problems.map(({ message, fix }) => `${message} | ${fix}`);
};

describe('evaluationOptionsOf', () => {
  it('keeps what is written', () => {
    const tests =
      '{ name: a, test: invariance, tolerance: 0.5 }, { name: b, test: direction, towards: down, delta: 0.1, min: 0.9 }, { name: c, test: minimum }';
    expect(read(`{ command: b, positive: spam, behaviour: [${tests}] }`)).toEqual({
      positive: 'spam',
      behaviour: [
        { name: 'a', test: 'invariance', tolerance: 0.5 },
        { name: 'b', test: 'direction', towards: 'down', delta: 0.1, min: 0.9 },
        { name: 'c', test: 'minimum' },
      ],
    });
    expect(read('{ command: b, positive: 1 }')).toEqual({ positive: 1 });
  });

  it('a project without an evaluation has none', () => {
    const result = parseMlYaml('kind: dataset\nfiles: [a.csv]\n', 'ml.yaml');
    expect(result.ok && evaluationOptionsOf(result.config)).toEqual({});
  });

  it.each([
    ['[{ name: a, test: direction }]', 'needs `towards`'],
    [
      '[{ name: a, test: minimum, delta: 1 }]',
      '`delta` has no effect on `test: minimum` | Remove `delta`, or write `test: direction`.',
    ],
    ['[{ name: a, test: invariance, towards: up }]', '`towards` has no effect on `test: invariance`'],
    ['[{ name: a, test: other }]', '`invariance`, `direction` or `minimum`'],
    ['[{ name: "a b", test: minimum }]', 'a name: letters'],
    ['[{ name: a, test: minimum, min: 2 }]', 'a share from 0 to 1'],
    ['[{ name: a, test: minimum }, { name: a, test: minimum }]', 'a list that names nothing twice'],
  ])('refuses %s', (behaviour, message) => {
    const problems = read(`{ command: b, behaviour: ${behaviour} }`);
    expect(Array.isArray(problems) && problems.join()).toContain(message);
  });
});
