import { releaseId } from '../../deploy/index.js';
import { MlError } from '../../kernel/index.js';
import { deploymentsOf } from '../../manifest/index.js';
import { championsIn, DeployJournal, resolveRelease } from '../deploy/index.js';
import { foretellPackage } from '../package/index.js';
import {
  describePackagedModel,
  packagedMachine,
  packageTasks,
  unjudged,
} from '../package/testing/packaged-machine.js';
import { Forecaster } from '../plan/forecast-steps.js';
import { planWorkspace } from '../plan/plan-workspace.js';
import { Registry } from '../registry/index.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { removeWorkspaces, run, task } from '../testing/small-workspace.js';
import { planReleases } from './index.js';

afterEach(removeWorkspaces);

const promoting = [...packageTasks, task('m', 'promote', ['m:package'])];

function serviced(): FakeMachine {
  const machine = packagedMachine();
  machine.write({
    'models/s/ml.yaml':
      "kind: service\nmodels: { spam: m }\ndeploy:\n  environments: [{ name: production, target: { gateway: 'http://127.0.0.1:1' } }]\n",
  });
  return machine;
}

async function planned({ deps }: FakeMachine) {
  const packages = (project: string, results: Forecaster['results']) =>
    foretellPackage(project, { ...deps, results });
  const forecaster = new Forecaster({ ...deps, packages });
  const names = ['m', 's'];
  const steps = await planWorkspace(names, { ...deps, forecaster });
  return planReleases(names, steps, { ...deps, results: forecaster.results });
}

const serve = async ({ deps }: FakeMachine): Promise<void> => {
  const [deployment] = deploymentsOf(
    deps.workspace.mlProject('s')?.config ?? { kind: 'service', models: [] },
  );
  const { models = {}, config = {} } = deployment ?? {};
  const champions = championsIn(new Registry(deps.stores.journals, deps.workspaceId));
  const { release } = await resolveRelease({ service: 's', models, config }, champions);
  const place = { service: 's', environment: 'production' };
  const serving = releaseId(release);
  const entry = {
    type: 'found',
    formatVersion: 1,
    at: '2026-01-01T00:00:00.000Z',
    serving,
    reason: 'r',
  } as const;
  await new DeployJournal(deps.stores.journals, deps.workspaceId, place).append(0, entry);
};

describe('planReleases', () => {
  it('foretells what is promoted and deployed, until it is', async () => {
    const machine = serviced();
    const deploy = { service: 's', environment: 'production' };
    expect(await planned(machine)).toEqual({
      promote: [{ model: 'm', from: null, waits: true }],
      deploy: [{ ...deploy, waitsFor: ['m'] }],
    });
    await run(machine, packageTasks);
    expect((await planned(machine)).promote).toEqual([{ model: 'm', from: null, waits: false }]);
    await run(machine, promoting);
    expect(await planned(machine)).toEqual({ promote: [], deploy: [{ ...deploy, waitsFor: [] }] });
    await serve(machine);
    expect(await planned(machine)).toEqual({ promote: [], deploy: [] });
  });

  it('foretells another bundle of the same model', async () => {
    const machine = serviced();
    await run(machine, promoting);
    describePackagedModel(machine, { more: '  license: MIT\n' });
    expect((await planned(machine)).promote).toEqual([{ model: 'm', from: 1, waits: true }]);
  });

  it('tells that it does not know where the journals cannot be reached, and what of the steps is known', async () => {
    const machine = serviced();
    await run(machine, unjudged.slice(0, 4));
    const message = 'the remote does not answer';
    const gone = new MlError('ERR_ML_REMOTE_UNAVAILABLE', { message, fix: 'Try again.' });
    const journals = { ...machine.deps.stores.journals, read: () => Promise.reject(gone) };
    const deps = { ...machine.deps, stores: { ...machine.deps.stores, journals } };
    const forecaster = new Forecaster({
      ...deps,
      packages: (project, results) => foretellPackage(project, { ...deps, results }),
    });
    const steps = await planWorkspace(['m', 's'], { ...deps, forecaster });
    const packaging = steps.find(({ ref }) => ref.step === 'package');
    expect(packaging).toMatchObject({ state: 'waits', waitsFor: [{ project: 'm', step: 'gate' }] });
    const releases = await planReleases(['m', 's'], steps, { ...deps, results: forecaster.results });
    expect(releases).toEqual({ promote: [], deploy: [], unknown: message });
  });
});
