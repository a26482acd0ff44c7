import { removeWorkspaces } from '../testing/small-workspace.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { acceptModel } from './accept-model.js';
import { lookAtCandidate } from './look-at-candidate.js';
import { gatedModel, judged } from './testing/gated-model.js';

/** 500 examples, and 100 made from the first of them; `steady` answers those as it should, `shaky` every other one. */
const answering = (steady: (id: number) => boolean) => (id: number) => {
  const made = id < 500 ? {} : { behaviour: { case: 'typos', of: 0 } };
  return { correct: id < 450, prediction: id < 500 || steady(id) ? 'spam' : 'ham', ...made };
};
const examinee = {
  examples: 600,
  answers: {
    old: answering(() => true),
    steady: answering(() => true),
    shaky: answering((id) => id % 2 === 0),
  },
};

interface Declared {
  readonly version: string;
  readonly gate?: string;
  readonly tests?: string;
}

const typos = '{ name: typos, test: invariance }';
const bound =
  '{ primary: { metric: accuracy, margin: 0.05 }, guardrails: [{ metric: behaviour.typos, margin: 0.2 }], floors: [{ metric: behaviour.typos, min: 0.9 }] }';
const plain = '{ primary: { metric: accuracy, margin: 0.05 } }';

function declare(machine: FakeMachine, { version, gate = bound, tests = typos }: Declared): void {
  machine.write({
    'models/m/ml.yaml': `kind: model\ndata: [clean]\nparams: { version: ${version} }\ntrain: { command: node train.mjs }\nevaluate: { command: node evaluate.mjs, metrics: optional, behaviour: [${tests}] }\ngate: ${gate}\n`,
  });
}

async function withAccepted(gate: string): Promise<FakeMachine> {
  const machine = gatedModel(examinee, ' accuracy');
  declare(machine, { version: 'old', gate });
  await judged(machine);
  const deps = { ...machine.deps, journals: machine.deps.stores.journals };
  await acceptModel(await lookAtCandidate('m', machine.deps), undefined, deps);
  return machine;
}

describe('behavioural tests at the gate', () => {
  afterEach(removeWorkspaces);

  it('are judged on their own rows, alone and beside the accepted model', async () => {
    const machine = await withAccepted(bound);
    declare(machine, { version: 'steady' });
    const { verdict } = await judged(machine);
    expect([verdict.state, verdict.criteria.map(({ n }) => n)]).toEqual(['pass', [500, 100, 100]]);
    declare(machine, { version: 'shaky' });
    expect((await judged(machine)).verdict.state).not.toBe('pass');
  });

  it('that nobody declared cannot be judged', async () => {
    const machine = gatedModel(examinee, ' accuracy');
    declare(machine, { version: 'old', tests: '{ name: other, test: minimum }' });
    expect((await judged(machine)).verdict.state).toBe('invalid');
  });

  it('are part of the question where the gate asks for them, and cost no step where it does not', async () => {
    const machine = await withAccepted(plain);
    declare(machine, { version: 'steady', gate: plain });
    const first = await judged(machine);
    declare(machine, {
      version: 'steady',
      gate: plain,
      tests: `{ name: typos, test: invariance, tolerance: 1 }`,
    });
    expect((await judged(machine)).asked).toMatchObject({ question: first.asked?.question, known: true });
    declare(machine, { version: 'steady', gate: bound });
    const asked = (await judged(machine)).asked?.question;
    declare(machine, {
      version: 'steady',
      gate: bound,
      tests: '{ name: typos, test: invariance, tolerance: 1 }',
    });
    expect((await judged(machine)).asked?.question).not.toBe(asked);
    declare(machine, {
      version: 'steady',
      gate: bound,
      tests: '{ name: typos, test: invariance, min: 0.5 }',
    });
    expect((await judged(machine)).asked?.question).toBe(asked);
  });
});
