import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Forecaster } from './forecast-steps.js';
import { planWorkspace } from './plan-workspace.js';
import type { PlannedStep } from './plan-workspace.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { files, newWorkspace, removeWorkspaces, run } from '../testing/small-workspace.js';

const yaml = files['models/m/ml.yaml'];

describe('planWorkspace', () => {
  let machine: FakeMachine;
  const plan = (projects: readonly string[] = ['m', 'up']) =>
    planWorkspace(projects, { ...machine.deps, forecaster: new Forecaster(machine.deps) });
  const states = (steps: readonly PlannedStep[]) =>
    Object.fromEntries(steps.map(({ ref, state }) => [`${ref.project}:${ref.step}`, state]));

  beforeEach(() => {
    machine = newWorkspace();
  });
  afterEach(removeWorkspaces);

  it('knows no times before the first run, and takes in what steps read from', async () => {
    const steps = await plan();
    expect(states(steps)).toEqual({
      'rows:data': 'current',
      'clean:data': 'run',
      'm:train': 'waits',
      'm:evaluate': 'waits',
      'up:train': 'waits',
    });
    expect(
      steps.filter((step) => step.state !== 'current').every((step) => step.predictedMs === undefined),
    ).toBe(true);
    expect(steps.find(({ ref }) => ref.project === 'up')?.waitsFor).toEqual([
      { project: 'm', step: 'train' },
    ]);
  });

  it('tells what stands, what is restored, and what runs for how long by earlier runs', async () => {
    await run(machine);
    expect(new Set(Object.values(states(await plan())))).toEqual(new Set(['current']));
    const spared = (await plan()).map(({ sparedMs }) => sparedMs);
    expect(spared.filter((ms) => ms > 0)).toHaveLength(4);
    machine.write({
      '.nx-ml/manifests/m/train.key.json': '{}',
      'models/m/evaluate.mjs': '// evaluates better\n',
    });
    expect(states(await plan())).toMatchObject({
      'm:train': 'restore',
      'm:evaluate': 'run',
      'up:train': 'current',
    });
    machine.write({ 'models/m/ml.yaml': yaml.replace('[1, 2]', '[1, 2, 3]') });
    const train = (await plan()).find(({ ref }) => ref.project === 'm' && ref.step === 'train');
    expect(train).toMatchObject({ state: 'run', runs: 1, seeds: 3 });
    expect(train?.predictedMs).toBeGreaterThan(0);
    expect(train?.sparedMs).toBeGreaterThan(0);
  });

  it('tells a broken ml.yaml, and whom it stops', async () => {
    machine.write({ 'models/m/ml.yaml': 'kind: model\n' });
    const steps = await plan();
    expect(states(steps)).toEqual({ 'm:train': 'broken', 'up:train': 'broken' });
    expect(steps[1]?.error?.code).toBe('ERR_ML_CONFIG_INVALID');
  });

  it('runs nothing and writes nothing', async () => {
    await run(machine);
    machine.engine.take();
    machine.write({ 'models/m/train.mjs': '// trains better\n' });
    const before = snapshot(machine.deps.root);
    const objects = machine.objects.bytes.size;
    await plan();
    expect(machine.engine.take()).toEqual([]);
    expect(snapshot(machine.deps.root)).toEqual(before);
    expect(machine.objects.bytes.size).toBe(objects);
  });
});

function snapshot(root: string): Readonly<Record<string, string>> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}
