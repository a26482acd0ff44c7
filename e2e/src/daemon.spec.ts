import { scriptedWorkspace, WorkspaceRig } from '@nx-ml/testing';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];

describe('with the Nx daemon', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ daemon: true });
    rig.write(scriptedWorkspace());
    rig.commitAll('start');
    await rig.tasks(everything);
    rig.takeTrace();
  });

  afterAll(() => rig.dispose());

  it('the keys are those of without it', async () => {
    const keys = rig.read('.nx-ml/manifests/alpha/train.key.json');
    await rig.tasks([...everything, '--skip-nx-cache'], { env: { NX_DAEMON: 'false' } });
    expect(rig.takeTrace()).toEqual([]);
    expect(rig.read('.nx-ml/manifests/alpha/train.key.json')).toBe(keys);
  });

  it('an edit of code, of ml.yaml and of pointed data is seen at once', async () => {
    rig.append('libs/features/helper.mjs', '// x\n');
    await rig.tasks(everything);
    expect(rig.takeTrace()).toEqual(['alpha:train:1', 'alpha:train:2']);
    rig.edit('models/beta/ml.yaml', (text) => text.replace('node train.mjs', 'node train.mjs --again'));
    await rig.tasks(everything);
    expect(rig.takeTrace()).toEqual(['beta:train:1']);
  });

  it('a new model is there at once, with its edges', async () => {
    rig.write({
      'models/delta/ml.yaml':
        'kind: model\ndata: [clean]\ntrain: { command: "echo x > {outputs.model}/m", metrics: optional }\n',
    });
    expect(await rig.tasks(['run', 'delta:train'])).toMatchObject({
      'clean:data': 'hit',
      'delta:train': 'executed',
    });
  });
});
