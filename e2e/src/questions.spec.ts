import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { copyInstalled, scriptedWorkspace, taskStates, WorkspaceRig } from '@nx-ml/testing';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];

interface PlanDocument {
  readonly steps: readonly { readonly step: string; readonly state: string; readonly predictedMs?: number }[];
  readonly summary: {
    readonly trains: number;
    readonly mayTrain: number;
    readonly sparedMs: number;
    readonly lost: number;
  };
}

interface ComparedSide {
  readonly runs: readonly { readonly metrics: Readonly<Record<string, number>> }[];
}

interface ComparisonDocument {
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  readonly metrics: readonly unknown[];
}

describe('why, plan and runs', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(scriptedWorkspace());
    rig.commitAll('start');
  });

  afterAll(() => rig.dispose());

  async function plan(...args: readonly string[]): Promise<PlanDocument> {
    const { output } = await rig.cli(['plan', '--json', ...args]);
    return JSON.parse(output) as PlanDocument;
  }
  const states = ({ steps }: PlanDocument): Readonly<Record<string, string>> =>
    Object.fromEntries(steps.map(({ step, state }) => [step, state]));

  it('ask before the first run without making anything, not even a store', async () => {
    const first = await plan();
    expect(states(first)).toMatchObject({
      'raw:data': 'current',
      'clean:data': 'run',
      'alpha:train': 'waits',
    });
    expect(first.steps.find(({ step }) => step === 'clean:data')).not.toHaveProperty('predictedMs');
    const { output } = await rig.cli(['why', 'clean']);
    expect(output).toContain('clean:data would run: it never ran in this workspace or in a clone of it.');
    expect((await rig.cli(['runs', 'alpha'])).output).toContain('alpha has no runs');
    expect(rig.exists('.nx-ml')).toBe(false);
    expect(readdirSync(rig.home)).not.toContain('.cache');
  });

  it('a plan says what Nx then does, and changes nothing itself', async () => {
    await rig.tasks(everything);
    rig.takeTrace();
    rig.edit('models/alpha/ml.yaml', (text) => text.replace('rate: 1', 'rate: 0.5'));
    rig.append('models/beta/README.md', 'more\n');
    const before = fingerprint(rig);
    const planned = await plan();
    expect(states(planned)).toEqual({
      'raw:data': 'current',
      'clean:data': 'current',
      'alpha:train': 'run',
      'alpha:evaluate': 'waits',
      'beta:train': 'current',
      'beta:evaluate': 'current',
      'gamma:train': 'waits',
      'gamma:evaluate': 'waits',
    });
    expect(planned.summary).toMatchObject({ trains: 1, mayTrain: 1 });
    expect(planned.summary.sparedMs).toBeGreaterThan(0);
    expect(fingerprint(rig)).toEqual(before);
    expect(rig.takeTrace()).toEqual([]);
    const why = await rig.cli(['why', 'alpha']);
    expect(why.output).toMatch(
      /^alpha:train would run again\. One of the \d+ things .* main@[0-9a-f]{7}\):\n/,
    );
    expect(why.output).toContain('param  rate  1 → 0.5  not committed');
    expect(why.output).toContain('After it: alpha:evaluate, gamma:train, gamma:evaluate.');
  });

  it('a plan of a pull request counts what Nx counts, and fails where it must not train', async () => {
    rig.git('checkout', '--quiet', '--', '.');
    rig.git('checkout', '--quiet', '-b', 'docs');
    rig.append('models/alpha/README.md', 'only words\n');
    rig.commitAll('Words');
    const words = await rig.cli(['plan', '--base', 'main', '--fail-on', 'train']);
    expect([words.code, words.output]).toEqual([
      0,
      expect.stringContaining('Nothing would execute') as string,
    ]);
    rig.append('models/beta/train.mjs', '// faster\n');
    rig.commitAll('Train beta faster');
    const code = await rig.cli(['plan', '--base', 'main', '--fail-on', 'train']);
    expect(code.code).toBe(3);
    expect(code.output).toContain('Stopped by --fail-on: beta:train.');
    expect(code.output).not.toMatch(/^alpha/m);
    const why = await rig.cli(['why', 'beta']);
    expect(why.output).toMatch(
      /code {2}models\/beta\/train\.mjs {2}edited {2}[0-9a-f]{7} "Train beta faster"/,
    );
    const unknown = await rig.cli(['plan', '--base', 'nowhere']);
    expect([unknown.code, unknown.output]).toEqual([2, expect.stringContaining('ERR_ML_USAGE') as string]);
    expect(unknown.output).not.toContain('shallow');
  });

  it('a shallow clone without the base: Nx fails, a plan says how to bring it, and that brings it', async () => {
    const cwd = join(rig.home, 'shallow');
    // As CI checks out a pull request: its last commit, and no other branch.
    rig.git('clone', '--quiet', '--depth=1', '--branch=docs', `file://${rig.root}`, cwd);
    await copyInstalled(rig.root, cwd);
    const affected = ['affected', '-t', 'train', '--base=origin/main', '--output-style=static'];
    const nx = await rig.nx(affected, { cwd });
    expect([nx.code, nx.output]).toEqual([1, expect.stringContaining("'origin/main': unknown revision")]);
    const refused = await rig.cli(['plan', '--base=origin/main'], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.output).toMatch(
      /^ERR_ML_USAGE .* since origin\/main\n\s+fatal: .*'origin\/main'.*\n.* shallow.* fetch-depth: 0/,
    );
    const mend = /git (fetch .*)"(.*)";.*/.exec(refused.output);
    expect((await rig.cli(['doctor'], { cwd })).output).toContain(`→ ${mend?.[0] ?? ''}\n`);
    rig.git('-C', cwd, ...(mend?.[1] ?? '').trim().split(' '), mend?.[2] ?? '');
    const planned = await rig.cli(['plan', '--base=origin/main', '--fail-on=train'], { cwd });
    expect([planned.code, planned.output]).toEqual([3, expect.stringMatching(/by --fail-on: beta:train\./)]);
    expect(await rig.tasks(affected, { cwd })).toMatchObject({ 'beta:train': 'executed' });
  });

  it('the list of runs has each state once, by seeds, with metrics and commit', async () => {
    rig.git('checkout', '--quiet', 'main');
    rig.edit('models/alpha/ml.yaml', (text) => text.replace('rate: 1', 'rate: 2'));
    await rig.tasks(everything);
    rig.git('checkout', '--quiet', '--', '.');
    await rig.tasks(everything);
    const table = (await rig.cli(['runs', 'alpha'])).output.split('\n');
    expect(table[0]).toMatch(/run .*commit .*accuracy .*loss .*rate .*seeds .*took/);
    expect(table.slice(1, 3).map((line) => line.slice(0, 2))).toEqual(['  ', '* ']);
    expect(table[1]).toMatch(/main@[0-9a-f]{7}\+/);
    const ids = table.slice(1, 3).map((line) => line.slice(2, 10));
    const csv = (await rig.cli(['runs', 'alpha', '--csv'])).output.split('\r\n');
    expect(csv[0]).toContain('accuracy,accuracy std,loss,loss std,param depth,param rate');
    expect(csv).toHaveLength(4);
    const diff = await rig.cli(['runs', 'diff', ...ids]);
    expect(diff.output).toContain('param  rate  2 → 1');
    expect((await rig.cli(['runs', 'diff', 'ffffff'])).code).toBe(1);
  });

  it('two ways to train are compared on the seeds that both have, and too few of them claim nothing', async () => {
    const few = await rig.cli(['compare', 'alpha', 'rate=2']);
    expect(few.code).toBe(0);
    expect(few.output).toMatch(/^A {2}[0-9a-f]{8} .* rate=2\nB .* what the workspace stands at\n/);
    expect(few.output).toContain('param  rate  2 → 1');
    expect(few.output).toContain('accuracy: no claim. The sides share 2 seeds');
    expect(few.output).toMatch(/Under train: in models\/alpha\/ml\.yaml.*\n {3}seeds: \[1, 2, .*, 29\]\n/);
    rig.edit('models/alpha/ml.yaml', (text) => text.replace('seeds: [1, 2]', 'seeds: [1, 2, 3, 4, 5]'));
    await rig.tasks(['run', 'alpha:evaluate']);
    rig.edit('models/alpha/ml.yaml', (text) => text.replace('rate: 1', 'rate: 2'));
    expect((await rig.cli(['compare', 'alpha', 'main', 'rate=2'])).output).toContain(
      'The sides share 2 seeds',
    );
    await rig.tasks(['run', 'alpha:evaluate']);
    const told = await rig.cli(['compare', 'alpha', 'main', '--metric', 'accuracy', '--json']);
    const { a, b, metrics } = JSON.parse(told.output) as ComparisonDocument;
    expect([a, b]).toMatchObject([
      { params: { rate: 1 }, found: { by: 'commit', revision: 'main', exact: true } },
      { params: { rate: 2 }, found: { by: 'workspace' } },
    ]);
    const valuesOf = ({ runs }: ComparedSide) => runs.map((run) => run.metrics['accuracy']);
    expect(metrics).toMatchObject([{ seeds: { seeds: [1, 2, 3, 4, 5], a: valuesOf(a), b: valuesOf(b) } }]);
    const unknown = await rig.cli(['compare', 'alpha', 'main', '--metric', 'acuracy']);
    expect([unknown.code, unknown.output]).toEqual([2, expect.stringContaining('Did you mean "accuracy"?')]);
    expect((await rig.cli(['compare', 'raw', 'main'])).output).toContain('raw is a dataset');
    rig.git('checkout', '--quiet', '--', '.');
    await rig.tasks(everything);
  });

  it('a plan tells what Nx spares although the store has lost it, whom that stops, and how to bring it back', async () => {
    const { runs } = JSON.parse(rig.read('.nx-ml/manifests/alpha/train.manifest.json')) as {
      readonly runs: readonly { readonly outputs: { readonly model: { readonly digest: string } } }[];
    };
    const model = runs[0]?.outputs.model.digest.replace('sha256:', '') ?? '';
    rmSync(join(rig.home, '.cache/nx-ml/store/objects/sha256', model.slice(0, 2), model.slice(2)));
    rig.append('models/gamma/train.mjs', '// better\n');
    const { steps, summary } = await plan('gamma');
    const fix = 'nx run alpha:train --skip-nx-cache';
    expect(steps.find(({ step }) => step === 'alpha:train')).toMatchObject({
      state: 'current',
      lost: { readBy: ['gamma:train', 'gamma:evaluate'], fix },
    });
    expect(summary.lost).toBe(1);
    const told = await rig.cli(['plan', '--fail-on', 'train']);
    expect(told.code).toBe(3);
    expect(told.output).toMatch(/^alpha {2}.*current, not stored/m);
    expect(told.output).toContain('Where Nx spares them by its cache, gamma:train, gamma:evaluate fail;');
    expect(told.output).toContain('Stopped by --fail-on: alpha:train, gamma:train.');
    const failed = await rig.nx(['run', 'gamma:train', '--output-style=static']);
    expect([failed.code, failed.output]).toEqual([1, expect.stringContaining('ERR_ML_OBJECT_MISSING')]);
    expect(taskStates(failed.output)).toMatchObject({ 'alpha:train': 'hit', 'gamma:train': 'failed' });
    expect(await rig.tasks(fix.split(' ').slice(1))).toMatchObject({ 'alpha:train': 'executed' });
    expect((await plan('gamma')).summary.lost).toBe(0);
    expect(await rig.tasks(['run', 'gamma:train'])).toMatchObject({ 'gamma:train': 'executed' });
  });
});

/** Every file of the workspace and the store by its content, but for what Nx itself keeps. */
function fingerprint(rig: WorkspaceRig): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !['node_modules', '.nx', '.git'].includes(entry.name)) walk(path);
      if (entry.isFile()) found[path] = createHash('sha256').update(readFileSync(path)).digest('hex');
    }
  };
  walk(rig.root);
  walk(join(rig.home, '.cache'));
  return found;
}
