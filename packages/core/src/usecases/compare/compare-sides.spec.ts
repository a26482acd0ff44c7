import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Revision } from '../../documents/index.js';
import type { FakeMachine, Script } from '../testing/fake-machine.js';
import { exited } from '../testing/fake-machine.js';
import { files, newWorkspace, removeWorkspaces, run, steps } from '../testing/small-workspace.js';
import { compareSides } from './compare-sides.js';
import type { CompareSidesDeps, SidesAsked } from './compare-sides.js';

const seeds = [1, 2, 3, 4, 5, 6];
const yaml = files['models/m/ml.yaml'].replace('[1, 2]', `[${seeds.join(', ')}]`);

/** Training fits better at a higher rate; the evaluation of its model says by how much, and each seed a little else. */
const scripted: Script = (document) => {
  const rate = Number(document.params['rate']);
  const seed = document.seed ?? 0;
  const folder = document.outputs.data ?? document.outputs.model;
  if (folder !== undefined)
    writeFileSync(join(folder, 'bytes.json'), JSON.stringify([document.project, rate, seed]));
  if (document.step === 'data') return exited(0);
  const metrics =
    document.step === 'evaluate'
      ? { accuracy: 0.5 + rate / 10 + seed / 1000, spread: seed }
      : { loss: 1 / rate + seed / 1000 };
  writeFileSync(document.outputs.metrics, JSON.stringify(metrics));
  return exited(0);
};

const commit = (digit: string): string => digit.repeat(40);
/** main: c, before it b, before that a. */
const commits: CompareSidesDeps['commits'] = {
  commit: (revision) => {
    const named: Readonly<Record<string, string>> = { main: 'c', old: 'a', orphan: 'e' };
    const digit = named[revision] ?? (/^[abcd]$/.test(revision) ? revision : undefined);
    return Promise.resolve(digit === undefined ? undefined : commit(digit));
  },
  withAncestors: (start) => {
    const line = ['c', 'b', 'a'].map(commit);
    const from = line.indexOf(start);
    return Promise.resolve(from === -1 ? [start] : line.slice(from));
  },
};

describe('compareSides', () => {
  let machine: FakeMachine;

  beforeEach(() => {
    machine = newWorkspace();
    machine.engine.script = scripted;
  });
  afterEach(removeWorkspaces);

  async function trainAt(revision: Revision | undefined, text: string): Promise<void> {
    machine.write({ 'models/m/ml.yaml': text });
    const here = { ...machine, deps: { ...machine.deps, revision: () => Promise.resolve(revision) } };
    await run(
      here,
      steps.filter(({ ref }) => ref.project !== 'up'),
    );
  }
  const at = (digit: string, dirty = false): Revision => ({ commit: commit(digit), branch: 'main', dirty });
  const withRate = (rate: number): string => yaml.replace('rate: 1', `rate: ${String(rate)}`);
  const compare = (a: string, b?: string, rest: Partial<SidesAsked> = {}) =>
    compareSides(
      { project: 'm', a, b, metrics: [], sizes: {}, ...rest },
      { ...machine.deps, objects: machine.objects, commits },
    );
  const ratesOf = async (a: string, b?: string): Promise<readonly unknown[]> => {
    const compared = await compare(a, b);
    return [compared.a, compared.b].map(({ group }) => group.runs[0]?.document.params['rate']);
  };

  it('compares evaluations and trainings by seed, and tells what differs', async () => {
    await trainAt(at('a'), yaml);
    await trainAt(at('b'), withRate(2));
    const compared = await compare('rate=1', 'rate=2');
    expect(compared.methods.metrics).toMatchObject([
      { metric: 'accuracy', seeds: { answer: 'matters', winner: 'b', seeds } },
      { metric: 'loss', better: 'lower', seeds: { answer: 'matters', winner: 'b' } },
    ]);
    expect(compared).toMatchObject({
      ...{ changes: [{ what: 'param', name: 'rate', before: 1, after: 2 }], evaluationChanges: [] },
      ...{ mlYaml: 'models/m/ml.yaml', seedsToShow: undefined },
      methods: { undirected: ['spread'] },
    });
    const other = await compare('rate=1', 'rate=2', { metrics: ['spread'], better: 'higher' });
    expect(other.methods.metrics).toMatchObject([{ seeds: { answer: 'not-shown', wins: { ties: 6 } } }]);
    expect(other.seedsToShow).toHaveLength(29);
  });

  it('finds sides by commit, branch, run and what the workspace stands at', async () => {
    await trainAt(at('a'), yaml);
    await trainAt(at('b'), withRate(2));
    await trainAt(at('b', true), withRate(3));
    expect(await ratesOf('old', 'b')).toEqual([1, 2]);
    // c has no runs of its own, and most likely is what was tried at b.
    const compared = await compare('old', 'main');
    const found = { by: 'commit', revision: 'main', commit: commit('c'), ranAt: commit('b'), dirty: true };
    expect(compared.b.found).toEqual(found);
    expect(await ratesOf('old', 'main')).toEqual([1, 3]);
    expect(await ratesOf('b')).toEqual([2, 3]);
    const { a, b } = compared;
    const byId = await compare(a.group.id, b.group.id.slice(0, 6));
    expect([byId.a, byId.b]).toMatchObject([
      { group: { id: a.group.id }, found: { by: 'run' } },
      { group: { id: b.group.id }, found: { by: 'run' } },
    ]);
  });

  it('takes uncommitted runs of a commit that has no others, and goes back to what a revert brought back', async () => {
    await trainAt(at('a', true), withRate(4));
    await trainAt(at('b'), yaml);
    await trainAt(at('c'), withRate(4));
    expect((await compare('a', 'b')).a).toMatchObject({ found: { ranAt: commit('a'), dirty: true } });
    expect(await ratesOf('main', 'b')).toEqual([4, 1]);
  });

  it('takes the parameters that the workspace stands at, else the newest, and names the others', async () => {
    await trainAt(at('a'), yaml);
    machine.write({ 'models/m/train.mjs': '// trains otherwise\n' });
    await trainAt(at('b'), yaml);
    await trainAt(at('c'), withRate(2));
    const groups = await compare('rate=1', 'rate=2.0');
    expect(groups.a.found).toMatchObject({ by: 'params', others: [expect.any(String)] });
    expect(groups.a.group.revision?.commit).toBe(commit('b'));
    machine.write({ 'models/m/train.mjs': files['models/m/train.mjs'] });
    await trainAt(at('c', true), yaml);
    expect((await compare('rate=1', 'rate=2')).a.group).toMatchObject({ current: true });
  });

  it('tells when the sides were not evaluated alike', async () => {
    await trainAt(at('a'), yaml);
    machine.write({ 'models/m/evaluate.mjs': '// evaluates otherwise\n' });
    await trainAt(at('b'), withRate(2));
    expect((await compare('a', 'b')).evaluationChanges).toMatchObject([
      { what: 'code', path: 'models/m/evaluate.mjs' },
    ]);
  });

  it.each([
    ['nonsense', undefined, 'ERR_ML_OBJECT_MISSING', /no commit, branch or tag/],
    ['orphan', undefined, 'ERR_ML_OBJECT_MISSING', /^Neither orphan \(eeeeeee\)/],
    ['rate=1', undefined, 'ERR_ML_USAGE', /^rate=1 and what the workspace stands at are/],
    ['rat=1', undefined, 'ERR_ML_OBJECT_MISSING', /No run has the parameter/],
    ['rate=9', undefined, 'ERR_ML_OBJECT_MISSING', /^No run has rate=9$/],
    ['rate=1,rate=2', 'rate=1', 'ERR_ML_OBJECT_MISSING', /^No run has rate=2$/],
  ])('refuses %s beside %s', async (a, b, code, text) => {
    await trainAt(at('a'), yaml);
    const message = expect.stringMatching(text) as string;
    await expect(compare(a, b)).rejects.toMatchObject({ code, message });
  });

  it('refuses a name that is a commit and the beginning of a run', async () => {
    await trainAt(at('a'), yaml);
    const first = (await machine.deps.history.read('m'))[0]?.runs[0]?.key.slice('sha256:'.length);
    const both = { ...commits, commit: () => Promise.resolve(commit('a')) };
    const deps = { ...machine.deps, objects: machine.objects, commits: both };
    const asked = { project: 'm', a: first?.slice(0, 4) ?? '', b: undefined, metrics: [], sizes: {} };
    await expect(compareSides(asked, deps)).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      fix: expect.stringContaining('refs/heads/') as string,
    });
  });

  it('needs a run for the workspace to stand at', async () => {
    await expect(compare('rate=1')).rejects.toMatchObject({ code: 'ERR_ML_OBJECT_MISSING' });
  });
});
