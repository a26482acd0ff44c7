import { writeFileSync } from 'node:fs';

import { exited } from '../testing/fake-machine.js';
import { removeWorkspaces } from '../testing/small-workspace.js';
import { acceptModel } from './accept-model.js';
import { lookAtCandidate } from './look-at-candidate.js';
import { gatedModel, judged, setVersion } from './testing/gated-model.js';

type Row = Readonly<Record<string, unknown>>;

/** Accepts a model that answers `before`, and judges one that answers `now`. */
async function verdictOn(before: readonly Row[], now: readonly Row[], gate: string) {
  const machine = gatedModel({ answers: {}, examples: 0 }, gate);
  const { script } = machine.engine;
  let rows = before;
  machine.engine.script = (document, ...rest) => {
    if (document.step !== 'evaluate') return script(document, ...rest);
    const told = document.params['version'] === 'old' ? before : rows;
    writeFileSync(document.outputs.predictions, told.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return exited(0);
  };
  await judged(machine);
  const deps = { ...machine.deps, journals: machine.deps.stores.journals };
  await acceptModel(await lookAtCandidate('m', machine.deps), undefined, deps);
  rows = now;
  setVersion(machine, 'new', gate);
  const { verdict } = await judged(machine);
  return verdict;
}

const example = (id: unknown, right = true, more: Row = {}): Row => ({
  id,
  label: 'a',
  prediction: right ? 'a' : 'b',
  ...more,
});

/** Two answers of three are right. */
const many = (n: number, more: (id: number) => Row = () => ({})): readonly Row[] =>
  Array.from({ length: n }, (_, id) => example(id, id % 3 !== 0, more(id)));

interface Case {
  readonly rows: readonly Row[];
  /** Those of the candidate; the same as of the accepted model where absent, with a key that is not read. */
  readonly now?: readonly Row[];
  readonly gate?: string;
  readonly state: string;
  readonly why?: RegExp;
}

const perSlice =
  ' { primary: { metric: accuracy, margin: 0.1 }, guardrails: [{ metric: accuracy, slice: "*", margin: 0.1 }] }';
const long = 'y'.repeat(3000);

const cases: Readonly<Record<string, Case>> = {
  'one example': { rows: many(1), now: [example(0)], state: 'inconclusive' },
  'no example at all': { rows: many(5), now: [], state: 'invalid', why: /no row of the test set/ },
  'no example of the test set': {
    rows: many(5),
    now: many(5, () => ({ split: 'validation' })),
    state: 'invalid',
    why: /no row of the test set/,
  },
  'all answers alike': { rows: many(500), state: 'inconclusive' },
  'an id of any length': {
    rows: [...many(5), example('x'.repeat(5000))],
    now: many(5),
    state: 'invalid',
    why: /^1 example of the baseline is not among the candidate’s, such as "xxx/,
  },
  'slices of any length, alike but for their end': {
    rows: many(80, (id) => ({ slice: `${long}${String(id % 2)}` })),
    gate: perSlice,
    state: 'inconclusive',
  },
  'a slice for each example': {
    rows: many(1200, (id) => ({ slice: { user: id } })),
    gate: perSlice,
    state: 'invalid',
    why: /^\* means 1200 slices, and 1000 at most can be judged/,
  },
  'a slice with all examples': { rows: many(200, () => ({ slice: 'de' })), gate: perSlice, state: 'pass' },
  'halves of surrogate pairs': {
    rows: many(80, () => ({ slice: '\ud800' })),
    now: [...many(80, () => ({ slice: '\ud800' })), example('\udc00', true, { split: '\ud800' })],
    gate: perSlice,
    state: 'inconclusive',
  },
  'halves of surrogate pairs, of which all is told': {
    rows: many(80, () => ({ slice: '\ud800' })),
    gate: ' { primary: { metric: accuracy, margin: 0.1 }, budget: none }',
    state: 'pass',
  },
  'a slice with the longest name that ml.yaml may say': {
    rows: many(80, () => ({ slice: { ['k'.repeat(100)]: 'v'.repeat(200) } })),
    gate: ` { primary: { metric: accuracy, margin: 0.1 }, guardrails: [{ metric: accuracy, slice: "${'k'.repeat(100)}=${'v'.repeat(200)}", margin: 0.5 }] }`,
    state: 'inconclusive',
  },
  'long labels that changed': {
    rows: many(20, () => ({ label: long })),
    now: many(20, () => ({ label: 'w'.repeat(3000) })),
    state: 'invalid',
    why: /^the label of example 0 is "www/,
  },
  'huge numbers': {
    rows: many(50, () => ({ label: 1e308, prediction: -1e308 })),
    now: many(50, () => ({ label: 1e308, prediction: 1e308 })),
    gate: ' { primary: { metric: mae, minEffect: 1 } }',
    state: 'invalid',
    why: /leaves the range of a double/,
  },
  'a slice that is called like what every object has': {
    rows: many(80),
    now: many(80, () => ({ slice: { constructor: 'x' } })),
    state: 'invalid',
    why: /^the slice constructor of example 0 is "x" for the candidate and absent/,
  },
  'ids that are a number here and a text there': {
    rows: many(5),
    now: many(5).map((row) => ({ ...row, id: String(row['id']) })),
    state: 'invalid',
    why: /^5 examples of the candidate are not among the baseline’s, such as "0"/,
  },
};

describe('predictions that nobody expects', () => {
  afterEach(removeWorkspaces);

  it.each(Object.entries(cases))(
    '%s: there is a verdict',
    async (_, { rows, now, gate = ' accuracy', ...expected }) => {
      const verdict = await verdictOn(rows, now ?? rows.map((row) => ({ ...row, notRead: 1 })), gate);
      expect(verdict.state).toBe(expected.state);
      if (expected.why !== undefined) expect(verdict.reasons[0]?.what).toMatch(expected.why);
      const slices = verdict.criteria.flatMap(({ slice }) => slice ?? []);
      expect(new Set(slices).size).toBe(slices.length);
    },
  );

  it('groups that the test set does not have make no group of it', async () => {
    const free = Array.from({ length: 4 }, (_, id) =>
      example(`v${String(id)}`, true, { split: 'validation', group: id % 2 }),
    );
    const right = many(400).map((row) => ({ ...row, prediction: 'a' }));
    const verdict = await verdictOn([...many(400), ...free], [...right, ...free], ' accuracy');
    expect(verdict).toMatchObject({ state: 'pass', criteria: [{ n: 400 }] });
  });
});
