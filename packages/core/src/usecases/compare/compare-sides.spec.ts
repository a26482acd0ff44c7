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

describe('compareSides', () => {
  let machine: FakeMachine;
  /** What the workspace holds, and what commits do. */
  let now: Readonly<Record<string, string>>;
  let held: Map<string, Readonly<Record<string, string>>>;

  /** main is c, before it b, before that a; nothing is known of what came before e. */
  const commits: CompareSidesDeps['commits'] = {
    commit: (revision) => {
      const digit = /^[abcde]$/.test(revision) ? revision : { main: 'c', orphan: 'e' }[revision];
      return Promise.resolve(digit === undefined ? undefined : commit(digit));
    },
    withAncestors: (start) => {
      const line = ['c', 'b', 'a'].map(commit);
      return Promise.resolve(line.includes(start) ? line.slice(line.indexOf(start)) : [start]);
    },
    filesAt: (at, paths) => {
      const files = held.get(at) ?? {};
      const found = paths.flatMap((path) => {
        const text = files[path];
        return text === undefined ? [] : [[path, Buffer.from(text)] as const];
      });
      return Promise.resolve(new Map(found));
    },
  };

  beforeEach(() => {
    machine = newWorkspace();
    machine.engine.script = scripted;
    now = files;
    held = new Map();
  });
  afterEach(removeWorkspaces);

  function write(changes: Readonly<Record<string, string>>): void {
    machine.write(changes);
    now = { ...now, ...changes };
  }
  /** Runs what is there; without changes it is what the commit holds. */
  async function trainAt(revision: Revision, text: string): Promise<void> {
    write({ 'models/m/ml.yaml': text });
    if (!revision.dirty) held.set(revision.commit, now);
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
    expect(other.methods.metrics).toMatchObject([{ seeds: { answer: 'not-shown', alike: true } }]);
    expect(other.seedsToShow).toBeUndefined();
  });

  it('names the seeds that are missing', async () => {
    await trainAt(at('a'), yaml);
    await trainAt(at('b'), withRate(2).replace('1, 2, 3, 4, 5, 6', '2, 40'));
    const few = await compare('rate=1', 'rate=2', { metrics: ['accuracy'] });
    expect(few.methods.metrics).toMatchObject([{ seeds: { answer: 'too-few', seeds: [2], onlyB: [40] } }]);
    const first28 = Array.from({ length: 28 }, (_, index) => index + 1);
    expect(few.seedsToShow).toEqual([...first28, 40]);
  });

  it('finds sides by commit, branch, run and what the workspace stands at', async () => {
    await trainAt(at('a'), yaml);
    await trainAt(at('b'), withRate(2));
    const compared = await compare('a', 'b');
    expect(compared).toMatchObject({
      a: { found: { by: 'commit', revision: 'a', commit: commit('a'), exact: true, ranAt: commit('a') } },
      b: { found: { by: 'commit', revision: 'b', commit: commit('b'), exact: true, ranAt: commit('b') } },
    });
    expect(await ratesOf('a', 'b')).toEqual([1, 2]);
    expect(await ratesOf('a')).toEqual([1, 2]);
    const [a, b] = [compared.a.group.id, compared.b.group.id.slice(0, 6)];
    const byId = await compare(a, b);
    expect([byId.a.group.id, byId.a.found, byId.b.found]).toEqual([a, { by: 'run' }, { by: 'run' }]);
  });

  it('takes the runs of what a commit holds, wherever and before whatever they were made', async () => {
    await trainAt(at('a'), yaml);
    // A stray file beside what is committed; tried at a and then committed as b; tried at b, and not committed.
    await trainAt(at('b', true), withRate(2));
    held.set(commit('b'), now);
    await trainAt(at('b', true), withRate(3));
    held.set(commit('c'), now);
    await trainAt(at('c', true), withRate(4));
    expect(await ratesOf('a', 'b')).toEqual([1, 2]);
    expect(await ratesOf('b', 'main')).toEqual([2, 3]);
    expect(await ratesOf('main')).toEqual([3, 4]);
    expect((await compare('main')).a.found).toMatchObject({ exact: true, ranAt: commit('b'), dirty: true });
    write({ 'models/m/params.yaml': 'rate: 3\n', 'models/m/train.mjs': '// other code\n' });
    const filed = withRate(3).replace('params: { rate: 3 }', 'params: params.yaml');
    await trainAt(at('c', true), filed);
    held.set(commit('e'), now);
    expect((await compare('main', 'orphan')).changes).toMatchObject([
      { what: 'code', path: 'models/m/train.mjs' },
    ]);
  });

  it('takes the nearest runs where none are of what the commit holds, and says so', async () => {
    await trainAt(at('a', true), withRate(2));
    await trainAt(at('a'), yaml);
    await trainAt(at('a', true), withRate(3));
    held.set(commit('c'), { ...now, 'models/m/train.mjs': '// not what was run\n' });
    const nearest = await compare('main', 'rate=1');
    expect(nearest.a.found).toMatchObject({ exact: false, ranAt: commit('a'), dirty: true });
    expect(await ratesOf('main', 'rate=1')).toEqual([3, 1]);
    for (const text of ['kind: nonsense', withRate(3).replace('{ rate: 3 }', 'lost.yaml')]) {
      held.set(commit('c'), { ...now, 'models/m/ml.yaml': text });
      expect(await ratesOf('main', 'rate=1')).toEqual([3, 1]);
    }
    held.set(commit('a'), {});
    expect((await compare('a', 'rate=3')).a.found).toMatchObject({ exact: false, dirty: false });
    await trainAt(at('e', true), withRate(5));
    expect((await compare('orphan', 'rate=3')).a.found).toMatchObject({ exact: false, ranAt: commit('e') });
  });

  it('takes the parameters that the workspace stands at, else the newest, and names the others', async () => {
    await trainAt(at('a'), yaml);
    write({ 'models/m/train.mjs': '// trains otherwise\n' });
    await trainAt(at('b'), yaml);
    await trainAt(at('c'), withRate(2));
    const groups = await compare('rate=1', 'rate=2.0');
    expect(groups.a.found).toMatchObject({ by: 'params', others: [expect.any(String)] });
    expect(groups.a.group.revision?.commit).toBe(commit('b'));
    write({ 'models/m/train.mjs': files['models/m/train.mjs'] });
    await trainAt(at('c', true), yaml);
    expect((await compare('rate=1', 'rate=2')).a.group).toMatchObject({ current: true });
  });

  it('takes no metric of a training for the same of an evaluation', async () => {
    const both: Script = (document, job, watcher) => {
      const outcome = scripted(document, job, watcher);
      if (document.step !== 'data') writeFileSync(document.outputs.metrics, '{"accuracy": 0.5, "f1": 0.5}');
      return outcome;
    };
    machine.engine.script = both;
    await trainAt(at('a'), yaml);
    write({ 'models/m/ml.yaml': withRate(2) });
    await run(
      machine,
      steps.filter(({ ref }) => ref.step === 'train' && ref.project === 'm'),
    );
    await expect(compare('rate=1', 'rate=2')).rejects.toMatchObject({
      message: 'The two sides have no metric in common',
    });
    const { methods } = await compare('rate=1', 'rate=2', { metrics: ['accuracy'] });
    expect(methods.metrics).toMatchObject([{ seeds: { answer: 'too-few', seeds: [], onlyA: seeds } }]);
    expect((await compare('rate=1', 'rate=2', { metrics: ['train.f1'] })).methods.metrics).toMatchObject([
      { seeds: { answer: 'no-chance', seeds } },
    ]);
  });

  it('tells when the sides were not evaluated alike', async () => {
    await trainAt(at('a'), yaml);
    write({ 'models/m/evaluate.mjs': '// evaluates otherwise\n' });
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
