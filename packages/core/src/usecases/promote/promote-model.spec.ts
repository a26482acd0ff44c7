import { storedFile, manifestOf } from '../../registry/testing/registry-entries.js';
import { championOf } from '../../registry/index.js';
import type { PromotedBundle } from '../../registry/index.js';
import type { ObjectRef } from '../../store/index.js';
import { lookAtCandidate } from '../gate/index.js';
import type { Override } from '../gate/index.js';
import { ask, accept, withAccepted } from '../gate/testing/versions.js';
import { Registry, rollBackChampion } from '../registry/index.js';
import { removeWorkspaces } from '../testing/small-workspace.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { promoteModel } from './promote-model.js';

afterEach(removeWorkspaces);

const bundleOf = (model: ObjectRef, packaged = model.digest): PromotedBundle => ({
  bundle: storedFile(`bundle of ${packaged}`),
  manifest: manifestOf(packaged),
  model,
  metrics: { accuracy: 0.9 },
});

const registryOf = ({ deps }: FakeMachine) => new Registry(deps.stores.journals, deps.workspaceId);

async function promote(machine: FakeMachine, more: { override?: Override; dryRun?: boolean } = {}) {
  const answer = await lookAtCandidate('m', machine.deps);
  const deps = { ...machine.deps, journals: machine.deps.stores.journals };
  return promoteModel({ answer, bundle: bundleOf(answer.candidate.model), ...more }, deps);
}

describe('promoteModel', () => {
  it('gives the accepted model its version, and is nothing the second time', async () => {
    const machine = await withAccepted();
    expect(await promote(machine)).toMatchObject({
      version: 1,
      entries: [{ type: 'version' }, { because: 'pass' }],
    });
    expect((await promote(machine)).entries).toEqual([]);
  });

  it('accepts what passed in the same step', async () => {
    const machine = await withAccepted();
    await promote(machine);
    const { candidate } = await ask(machine, 'better');
    expect(await promote(machine)).toMatchObject({ version: 2, from: { version: 1 } });
    const state = await registryOf(machine).state('m');
    expect(championOf(state)).toMatchObject({ version: 2, because: 'pass', model: candidate.model });
    expect(await accept(machine)).toMatchObject({ isNew: false });
  });

  it('writes nothing in a dry run', async () => {
    const machine = await withAccepted();
    const { length } = await registryOf(machine).state('m');
    expect((await promote(machine, { dryRun: true })).entries).toHaveLength(2);
    expect((await registryOf(machine).state('m')).length).toBe(length);
  });

  it('holds what did not pass, unless somebody lets it through by name', async () => {
    const machine = await withAccepted();
    await ask(machine, 'worse');
    await expect(promote(machine)).rejects.toMatchObject({ code: 'ERR_ML_GATE_HELD' });
    const override = { by: 'ada', reason: 'the law changed' };
    expect(await promote(machine, { override })).toMatchObject({
      entries: [
        { type: 'version', by: 'ada' },
        { because: 'override', ...override },
      ],
    });
  });

  it('holds a bundle of another model than the one that was judged', async () => {
    const machine = await withAccepted();
    const answer = await lookAtCandidate('m', machine.deps);
    const deps = { ...machine.deps, journals: machine.deps.stores.journals };
    const request = { answer, bundle: bundleOf(storedFile('another')) };
    await expect(promoteModel(request, deps)).rejects.toMatchObject({ code: 'ERR_ML_GATE_HELD' });
  });

  it('does not promote again what somebody went back from', async () => {
    const machine = await withAccepted();
    await promote(machine);
    await ask(machine, 'better');
    await promote(machine);
    const deps = { registry: registryOf(machine), clock: machine.deps.clock };
    await rollBackChampion({ project: 'm', by: 'ada', reason: 'slow' }, deps);
    await ask(machine, 'better');
    await expect(promote(machine)).rejects.toMatchObject({
      code: 'ERR_ML_GATE_HELD',
      message: expect.stringContaining('ada went back from this very model') as string,
    });
  });

  it('lets one of two jobs promote', async () => {
    const machine = await withAccepted();
    const both = await Promise.allSettled([promote(machine), promote(machine)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'ERR_ML_REGISTRY_RACE' },
    });
    expect((await registryOf(machine).state('m')).versions).toHaveLength(1);
  });
});
