import { newKey } from '../../bundle/testing/small-bundle.js';
import { keyPath, verdictPath } from '../../layout/index.js';
import { Forecaster } from '../plan/forecast-steps.js';
import { planWorkspace } from '../plan/plan-workspace.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { removeWorkspaces, run } from '../testing/small-workspace.js';
import { foretellPackage } from './foretell-package.js';
import {
  describePackagedModel,
  packagedMachine,
  packageTasks,
  unjudged,
} from './testing/packaged-machine.js';

afterEach(removeWorkspaces);

async function packagePlanned({ deps }: FakeMachine) {
  const packages = (project: string, results: Forecaster['results']) =>
    foretellPackage(project, { ...deps, results });
  const forecaster = new Forecaster({ ...deps, packages });
  const steps = await planWorkspace(['m'], { ...deps, forecaster });
  const { state, waitsFor } = steps.find(({ ref }) => ref.step === 'package') ?? {};
  return [state, ...(waitsFor ?? []).map(({ step }) => step)];
}

describe('the package in a plan', () => {
  it('waits for the steps that it tells of, then for its gate', async () => {
    const machine = packagedMachine();
    expect(await packagePlanned(machine)).toEqual(['waits', 'train', 'evaluate']);
    await run(machine, unjudged.slice(0, 4));
    expect(await packagePlanned(machine)).toEqual(['waits', 'gate']);
  });

  it('is current as it was made, restored where only the store has it, and made anew for a new text of its card', async () => {
    const machine = packagedMachine();
    await run(machine, packageTasks);
    expect(await packagePlanned(machine)).toEqual(['current']);
    machine.write({ [keyPath({ project: 'm', step: 'package' })]: '{}' });
    expect(await packagePlanned(machine)).toEqual(['restore']);
    describePackagedModel(machine, { more: '  license: MIT\n' });
    expect(await packagePlanned(machine)).toEqual(['run']);
  });

  it('is current whoever signed it, and writes nothing to say so', async () => {
    const machine = packagedMachine();
    const { signing } = newKey();
    await run({ ...machine, deps: { ...machine.deps, signingKey: () => signing } }, packageTasks);
    const written = jest.spyOn(machine.objects, 'putBytes').mockRejectedValue(new Error('written'));
    expect(await packagePlanned(machine)).toEqual(['current']);
    expect(written).not.toHaveBeenCalled();
    machine.write({ [verdictPath('m')]: '{}' });
    expect(await packagePlanned(machine)).toEqual(['waits', 'gate']);
  });

  it('is asked for only by who can tell', async () => {
    const { deps } = packagedMachine();
    const steps = await planWorkspace(['m'], { ...deps, forecaster: new Forecaster(deps) });
    expect(steps.map(({ ref }) => ref.step)).not.toContain('package');
  });
});
