import { parseMlYaml } from '@nx-ml/core/manifest';
import type { MlProject } from '@nx-ml/core/usecases';
import type { PlannedStep } from '@nx-ml/core/usecases/plan';

import { shardUnits } from './shard-units.js';
import type { MachineKind } from './shard-units.js';

function model(name: string, more = ''): MlProject {
  const text = `kind: model\ntrain: { command: node t.mjs }\nevaluate: { command: node e.mjs }\n${more}`;
  const parsed = parseMlYaml(text, 'ml.yaml');
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return { name, root: name, config: parsed.config };
}

const planned = (
  project: string,
  step: 'train' | 'evaluate',
  state: PlannedStep['state'],
  predictedMs?: number,
) =>
  ({ ref: { project, step }, state, ...(predictedMs === undefined ? {} : { predictedMs }) }) as PlannedStep;
const machines = (...kinds: MachineKind[]) => ({ kinds: new Set(kinds), memoryFrom: 16e9 });

describe('shardUnits', () => {
  it('keeps models together that are made of one another, however far', () => {
    const models = [
      model('ensemble', 'models: [left, right]\n'),
      model('left'),
      model('other'),
      model('right', 'models: [base]\n'),
      model('base'),
    ];
    const units = shardUnits(models, [], machines()).map(({ projects }) => [...projects].sort());
    expect(units).toEqual([['base', 'ensemble', 'left', 'right'], ['other']]);
  });

  it('expects what is left to run, and knows nothing where a step of it never ran', () => {
    const steps = [
      planned('a', 'train', 'restore'),
      planned('a', 'evaluate', 'run', 2000),
      planned('b', 'train', 'run', 5000),
      planned('b', 'evaluate', 'waits'),
      planned('c', 'train', 'current'),
    ];
    const units = shardUnits([model('a'), model('b'), model('c')], steps, machines());
    expect(units.map(({ expectedMs }) => expectedMs)).toEqual([2000, undefined, 0]);
  });

  it('sends models to the machines that they need, where there are such', () => {
    const models = [
      model('gpu', 'resources: { gpu: 1, memory: 64GB }\n'),
      model('big', 'resources: { memory: 16GB }\n'),
      model('small', 'resources: { memory: 2GB }\n'),
    ];
    const runners = (...kinds: MachineKind[]) =>
      shardUnits(models, [], machines(...kinds)).map(({ runner }) => runner);
    expect(runners()).toEqual(['default', 'default', 'default']);
    expect(runners('gpu', 'memory')).toEqual(['gpu', 'memory', 'default']);
    expect(runners('memory')).toEqual(['memory', 'memory', 'default']);
  });

  it('sends all that stays together to the machine of the neediest', () => {
    const models = [model('a', 'models: [b]\n'), model('b', 'resources: { gpu: 1 }\n')];
    expect(shardUnits(models, [], machines('gpu'))).toMatchObject([{ runner: 'gpu' }]);
  });
});
