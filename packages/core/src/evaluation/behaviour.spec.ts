import { behaviourMeasure, behaviourRows } from './behaviour.js';
import type { BehaviourCase } from './behaviour.js';
import { Evaluation, isNone } from './evaluation.js';
import { testRows } from './examples.js';
import { pairExamples } from './pair-examples.js';
import { sampleOf } from './paired-sample.js';
import { examplesOf } from './testing/predictions-of.js';

const mails = [
  { id: 1, label: 'spam', prediction: 'spam', score: { ham: 0.1, spam: 0.9 } },
  { id: 2, label: 'ham', prediction: 'ham', score: { ham: 0.75, spam: 0.25 } },
];
const made = (id: string, of: number, prediction: string, spam: number) => ({
  id,
  behaviour: { case: 'typos', of },
  label: 'ham',
  prediction,
  score: { ham: 1 - spam, spam },
});
const typos = [made('a', 1, 'spam', 0.75), made('b', 2, 'spam', 0.5), made('c', 2, 'ham', 0.25)];

async function outcome(test: BehaviourCase, rows: readonly object[] = [...mails, ...typos]) {
  const examples = await examplesOf(rows);
  const terms = behaviourMeasure(test.name).terms(
    new Evaluation(examples, { behaviour: [test] }),
    behaviourRows(examples, test.name),
  );
  return isNone(terms) ? terms.why : terms.kind === 'proportion' && [...terms.right];
}

describe('behaviourMeasure', () => {
  it('invariance: the answer stays what it was', async () => {
    expect(await outcome({ name: 'typos', test: 'invariance' })).toEqual([1, 0, 1]);
  });

  it('invariance of numbers, within a tolerance', async () => {
    const rows = [
      { id: 1, prediction: 10 },
      { id: 2, prediction: 10.5, behaviour: { case: 'typos', of: 1 } },
      { id: 3, prediction: 10, behaviour: { case: 'typos', of: 1 } },
    ];
    expect(await outcome({ name: 'typos', test: 'invariance' }, rows)).toEqual([0, 1]);
    expect(await outcome({ name: 'typos', test: 'invariance', tolerance: 0.5 }, rows)).toEqual([1, 1]);
  });

  it('direction: the score of the positive class moves, or the number that is predicted', async () => {
    expect(await outcome({ name: 'typos', test: 'direction', towards: 'down' })).toEqual([1, 0, 1]);
    expect(await outcome({ name: 'typos', test: 'direction', towards: 'up', delta: 0.25 })).toEqual([
      0, 1, 0,
    ]);
    const rows = [
      { id: 1, prediction: 10 },
      { id: 2, prediction: 12, behaviour: { case: 'typos', of: 1 } },
    ];
    expect(await outcome({ name: 'typos', test: 'direction', towards: 'up', delta: 2 }, rows)).toEqual([1]);
  });

  it('minimum functionality: the answer is the label', async () => {
    expect(await outcome({ name: 'typos', test: 'minimum' })).toEqual([0, 0, 1]);
  });

  it.each([
    [
      { name: 'typos', test: 'invariance' },
      [{ id: 1, behaviour: { case: 'typos' }, prediction: 1 }],
      'does not say what it is made `of`',
    ],
    [
      { name: 'typos', test: 'invariance' },
      [{ id: 1 }, { id: 2, behaviour: { case: 'typos', of: 1 }, prediction: 1 }],
      'example 2 lacks a prediction',
    ],
    [
      { name: 'typos', test: 'minimum' },
      [{ id: 2, behaviour: { case: 'typos' }, prediction: 1 }],
      'it needs `label`',
    ],
    [
      { name: 'typos', test: 'direction', towards: 'up' },
      [...typos.slice(0, 1), mails[0]],
      'two classes, and there are 1',
    ],
    [{ name: 'other', test: 'minimum' }, mails, 'no example belongs to the behavioural test other'],
  ] as const)('%j of %j cannot be told', async (test, rows, why) => {
    expect(await outcome(test, rows as readonly object[])).toContain(why);
  });

  it('is compared by its own rows, and is no part of the test set', async () => {
    const test: BehaviourCase = { name: 'typos', test: 'invariance' };
    const [own, other] = [
      await examplesOf([...mails, ...typos]),
      await examplesOf([...mails, ...typos.map((row) => ({ ...row, prediction: 'ham' }))]),
    ];
    expect([...testRows(own)]).toEqual([0, 1]);
    const pairs = pairExamples(own, other, (examples) => behaviourRows(examples, 'typos'));
    if (!pairs.ok) throw new Error(pairs.why);
    const [candidate, baseline] = [own, other].map(
      (examples) => new Evaluation(examples, { behaviour: [test] }),
    );
    if (candidate === undefined || baseline === undefined) throw new Error('two sides');
    expect(sampleOf(behaviourMeasure('typos'), { candidate, baseline, pairs })).toMatchObject({
      kind: 'binary',
      n: 3,
      candidateOnly: 1,
      baselineOnly: 1,
      bothRight: 1,
    });
  });
});
