import { newKey } from '../../bundle/testing/small-bundle.js';
import { digestOf } from '../../kernel/index.js';
import { keyPath } from '../../layout/index.js';
import { championOf } from '../../registry/index.js';
import type { VersionEntry } from '../../registry/index.js';
import { encodeTree } from '../../store/index.js';
import { StepResults } from '../plan/index.js';
import { Registry } from '../registry/index.js';
import { describePackagedModel, packageTasks, packagedMachine } from '../package/testing/packaged-machine.js';
import { removeWorkspaces, run, task } from '../testing/small-workspace.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { promotePackaged, verifyRegistry } from './index.js';

afterEach(removeWorkspaces);

const tasks = [...packageTasks, task('m', 'promote', ['m:package'])];

const stateOf = ({ deps }: FakeMachine) => new Registry(deps.stores.journals, deps.workspaceId).state('m');

const promoteAlone = ({ deps }: FakeMachine) =>
  promotePackaged({ project: 'm' }, { ...deps, results: new StepResults(deps) });

describe('promote', () => {
  it('trains, judges, packages and promotes in one go, and has nothing to do the next time', async () => {
    const machine = packagedMachine();
    const outcomes = await run(machine, tasks);
    expect(outcomes['m:promote']).toMatchObject({ state: 'promoted', plan: { version: 1 } });
    const state = await stateOf(machine);
    expect(championOf(state)).toMatchObject({ version: 1, because: 'pass' });
    machine.engine.take();
    const again = await run(machine, tasks);
    expect(again['m:package']).toMatchObject({ state: 'restored' });
    expect(again['m:promote']).toMatchObject({ state: 'promoted', plan: { entries: [] } });
    expect(machine.engine.take()).toEqual([]);
    expect((await stateOf(machine)).length).toBe(state.length);
  });

  it('promotes nothing that its gate holds', async () => {
    const machine = packagedMachine({ version: 'bad' });
    const outcomes = await run(machine, tasks);
    expect(outcomes['m:promote']).toMatchObject({ state: 'skipped' });
    expect((await stateOf(machine)).length).toBe(0);
  });

  it('wants a package of the model as it is now', async () => {
    const machine = packagedMachine();
    await run(machine, packageTasks);
    describePackagedModel(machine, { more: '  license: MIT\n' });
    await expect(promoteAlone(machine)).rejects.toMatchObject({
      code: 'ERR_ML_OBJECT_MISSING',
      fix: 'Package it: nx run m:package',
    });
  });

  it('finds what another machine signed, without its key', async () => {
    const machine = packagedMachine();
    const { signing, trusted } = newKey();
    await run({ ...machine, deps: { ...machine.deps, signingKey: () => signing } }, packageTasks);
    machine.write({ [keyPath({ project: 'm', step: 'package' })]: '{}' });
    await expect(promoteAlone(machine)).rejects.toMatchObject({ code: 'ERR_ML_OBJECT_MISSING' });
    const deps = { ...machine.deps, trustedKeys: () => [trusted], results: new StepResults(machine.deps) };
    expect(await promotePackaged({ project: 'm' }, deps)).toMatchObject({ version: 1 });
  });

  it('wants the signature of somebody who is trusted, where anybody is', async () => {
    const machine = packagedMachine();
    await run(machine, packageTasks);
    const trustedKeys = () => [newKey().trusted];
    const deps = { ...machine.deps, trustedKeys, results: new StepResults(machine.deps) };
    await expect(promotePackaged({ project: 'm' }, deps)).rejects.toMatchObject({
      code: 'ERR_ML_BUNDLE_UNSIGNED',
    });
    expect((await stateOf(machine)).length).toBe(0);
  });
});

describe('verifyRegistry', () => {
  const verify = async (machine: FakeMachine, change: Partial<VersionEntry> = {}) => {
    const state = await stateOf(machine);
    const versions = state.versions.map((version) => ({ ...version, ...change }));
    const deps = { objects: machine.deps.stores.objects, trustedKeys: [] };
    return (await verifyRegistry({ ...state, versions }, deps)).map(({ error }) => error.code);
  };

  it('finds nothing wrong with what was promoted', async () => {
    const machine = packagedMachine();
    await run(machine, tasks);
    expect(await verify(machine)).toEqual([]);
  });

  it('finds a bundle that is another one, holds another model, or is gone', async () => {
    const machine = packagedMachine();
    await run(machine, tasks);
    const gone = { kind: 'tree', digest: digestOf('gone'), size: 1, files: 1 } as const;
    const bytes = encodeTree([{ path: 'version', digest: digestOf('other'), size: 5 }]);
    const { digest } = await machine.objects.putBytes(bytes);
    const other = { kind: 'tree', digest, size: 5, files: 1 } as const;
    expect(await verify(machine, { manifest: digestOf('x') })).toEqual(['ERR_ML_BUNDLE_SUBJECT']);
    expect(await verify(machine, { model: other })).toEqual(['ERR_ML_BUNDLE_DAMAGED']);
    expect(await verify(machine, { bundle: gone })).toEqual(['ERR_ML_OBJECT_MISSING']);
  });
});
