import { verdictPath } from '../../layout/index.js';
import { acceptModel, lookAtCandidate } from '../gate/index.js';
import { chain, gatedModel, judged, setVersion } from '../gate/testing/gated-model.js';
import type { Answers } from '../gate/testing/gated-model.js';
import { Forecaster } from '../plan/forecast-steps.js';
import { StepResults } from '../plan/step-results.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { removeWorkspaces, run } from '../testing/small-workspace.js';
import type { BaseAsked } from './base-result.js';
import { gatherReport } from './gather-report.js';
import type { ModelReport } from './model-report.js';

const accepted: BaseAsked = { kind: 'accepted', otherwise: undefined };
const noCommits = {
  commit: () => Promise.resolve(undefined),
  withAncestors: () => Promise.resolve([]),
  filesAt: () => Promise.resolve(new Map<string, Uint8Array>()),
};

async function reported({ deps }: FakeMachine, asked = accepted): Promise<ModelReport> {
  const gathered = {
    ...deps,
    objects: deps.stores.objects,
    commits: noCommits,
    forecaster: new Forecaster(deps),
    results: new StepResults(deps),
  };
  for await (const model of gatherReport(['m'], asked, gathered)) return model;
  throw new Error('there is a model');
}

type Labels = (index: number) => number;

/** What the old model answers, and the new one: they differ on a third of all. */
const oldAnswer = (index: number): number => (index * 7) % 2;
const newAnswer = (index: number): number => (index % 3 === 0 ? 1 - oldAnswer(index) : oldAnswer(index));

/** The first thousand examples are the test set; the labels of the others are the same in every world. */
const answersOf =
  (answer: (index: number) => number, labels: Labels): Answers =>
  (index) => {
    const isTest = index < 1000;
    const label = isTest ? labels(index) : oldAnswer(index + (index % 5 === 0 ? 1 : 0));
    const prediction = answer(index);
    return {
      ...{ correct: label === prediction, label, prediction },
      split: isTest ? 'test' : 'validation',
      slice: { lang: index % 4 === 0 ? 'de' : 'en' },
    };
  };

/** Which of the old model's answers are wrong. */
const wrongOn =
  (every: number): Labels =>
  (index) =>
    index % every === 0 ? 1 - oldAnswer(index) : oldAnswer(index);

const bit = ' { primary: { metric: accuracy, minEffect: 0.2 }, floors: [{ metric: accuracy, min: 0.2 }] }';
const full = ' { primary: { metric: accuracy, minEffect: 0.2 }, disclosure: full, budget: { steps: 5 } }';

/** A model that was accepted, and another one that was judged beside it. */
async function worldOf(gate: string, labels: Labels): Promise<FakeMachine> {
  const [old, other] = [answersOf(oldAnswer, labels), answersOf(newAnswer, labels)];
  const machine = gatedModel({ examples: 1400, answers: { old, new: other } }, gate);
  await judged(machine);
  const answer = await lookAtCandidate('m', machine.deps);
  const deps = { ...machine.deps, journals: machine.deps.stores.journals };
  await acceptModel(answer, { by: 'rig', reason: 'the first' }, deps);
  setVersion(machine, 'new', gate);
  expect((await judged(machine)).verdict.state).toBe('fail');
  return machine;
}

/** Without digests, which name labels and tell none, and times. */
const told = (model: ModelReport): string =>
  JSON.stringify(model)
    .replace(/sha256:[0-9a-f]{64}/g, 'digest')
    .replace(/"(?:at|tookMs)":(?:"[^"]*"|\d+)/g, '');

describe('What is gathered for a report', () => {
  afterEach(removeWorkspaces);

  it('tells nothing that follows from the labels of a sealed test set', async () => {
    const [one, other] = await Promise.all([worldOf(bit, wrongOn(10)), worldOf(bit, wrongOn(17))]);
    const [a, b] = [await reported(one), await reported(other)];
    expect(a).toMatchObject({ state: 'changed', sealed: true, own: undefined, verdict: { state: 'fail' } });
    expect(a.movement?.measures.find(({ name }) => name === 'accuracy')).toMatchObject({
      before: { n: 400 },
      now: { n: 400 },
    });
    expect(a.plots).toMatchObject([{ kind: 'confusion' }]);
    expect(JSON.stringify(a)).not.toBe(JSON.stringify(b));
    expect(told(a)).toBe(told(b));
  });

  it('tells all where the gate discloses all', async () => {
    const model = await reported(await worldOf(full, wrongOn(10)));
    expect(model).toMatchObject({ state: 'changed', sealed: false });
    const accuracy = model.movement?.measures.find(({ name }) => name === 'accuracy');
    expect(accuracy?.now?.n).toBe(1000);
    expect(accuracy?.difference?.upper).toBeLessThan(0);
    expect(model.verdict?.criteria[0]?.scores.candidate).not.toBeNull();
    expect(model.changes).toMatchObject([{ what: 'param', name: 'version', before: 'old', after: 'new' }]);
    expect(model.movement?.slices.map(({ slice, moved }) => [slice, moved])).toEqual([
      ['lang=en', true],
      ['lang=de', true],
    ]);
  });

  it('shows no more of a verdict than is disclosed today, whenever it was given', async () => {
    const machine = await worldOf(full, wrongOn(10));
    setVersion(machine, 'new', ' { primary: { metric: accuracy, minEffect: 0.2 }, budget: { steps: 5 } }');
    const { verdict, sealed } = await reported(machine);
    expect([sealed, verdict?.state]).toEqual([true, 'fail']);
    expect(verdict?.criteria[0]).toMatchObject({ outcome: 'hidden', scores: { candidate: null, p: null } });
  });

  it('believes no verdict on another model', async () => {
    const machine = await worldOf(full, wrongOn(10));
    const text = machine.deps.workspace.tree.readText(verdictPath('m')) ?? '';
    setVersion(machine, 'old', full);
    await run(machine, chain);
    machine.write({ [verdictPath('m')]: text });
    expect(await reported(machine)).toMatchObject({ state: 'same', verdict: undefined });
    machine.write({ [verdictPath('m')]: '{"formatVersion":1}' });
    expect(await reported(machine)).toMatchObject({ verdict: undefined });
  });

  it('tells what is new, what was not trained as it is, and what is broken', async () => {
    const machine = gatedModel({ examples: 1400, answers: { old: answersOf(oldAnswer, wrongOn(10)) } }, bit);
    expect(await reported(machine)).toMatchObject({ state: 'unmade', movement: undefined });
    await judged(machine);
    expect(await reported(machine)).toMatchObject({ state: 'new', base: undefined });
    machine.write({ 'models/m/train.mjs': "import './gone.mjs';\n" });
    expect(['unmade', 'broken']).toContain((await reported(machine)).state);
    machine.write({
      'models/m/ml.yaml': 'kind: model\ndata: [nothing]\ntrain: { command: node train.mjs }\n',
    });
    const broken = await reported(machine);
    expect([broken.state, broken.error?.code]).toEqual(['broken', 'ERR_ML_CONFIG_REFERENCE']);
  });

  it('goes on where a base cannot be told', async () => {
    const machine = gatedModel({ examples: 1400, answers: { old: answersOf(oldAnswer, wrongOn(10)) } }, bit);
    await judged(machine);
    const model = await reported(machine, { kind: 'commit', revision: 'nowhere' });
    expect([model.state, model.baseError?.code]).toEqual(['new', 'ERR_ML_OBJECT_MISSING']);
  });
});
