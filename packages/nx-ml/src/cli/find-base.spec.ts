import { GitRepository } from '@nx-ml/core/adapters/git';
import { MemoryJournal, MemoryObjectStore } from '@nx-ml/core/adapters/store-memory';
import { MlError } from '@nx-ml/core/kernel';
import type { Journal } from '@nx-ml/core/store';
import type { Forecaster } from '@nx-ml/core/usecases/plan';

import { findBase } from './find-base.js';
import { CliScene } from './testing/cli-scene.js';

type Questions = Parameters<typeof findBase>[0]['questions'];

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const away = new MlError('ERR_ML_REMOTE_UNAVAILABLE', { message: 'the bucket is away', fix: 'Try again.' });

describe('findBase', () => {
  let scene: CliScene;
  beforeEach(() => {
    scene = new CliScene();
    scene.write({ 'here/models/m/ml.yaml': '' });
    scene.git('here', 'init', '--quiet', '--initial-branch=main');
  });
  afterEach(() => {
    scene.remove();
  });

  const commit = (message: string): string => {
    scene.write({ [`here/${message}`]: '' });
    scene.git('here', 'add', '--all');
    scene.git('here', 'commit', '--quiet', '-m', message);
    return scene.git('here', 'rev-parse', 'HEAD').trim();
  };

  /** A workspace with one model that has a gate. */
  const questions = (folder = 'here', over: { journals?: Journal; failure?: MlError } = {}): Questions => ({
    workspace: {
      mlProjectNames: () => ['m'],
      mlProject: (name: string) => ({
        name,
        root: 'models/m',
        config: { kind: 'model', train: { command: 't' }, gate: 'accuracy' },
      }),
    } as unknown as Questions['workspace'],
    stores: { objects: new MemoryObjectStore(), journals: over.journals ?? new MemoryJournal() },
    workspaceId: 'w',
    runs: undefined as unknown as Questions['runs'],
    sourceControl: new GitRepository(scene.at(folder)),
    asked: { place: undefined, failure: () => over.failure },
  });
  const forecaster = { of: () => Promise.resolve({ state: 'run' }) } as unknown as Forecaster;
  const find = (asked: Questions, target?: string) =>
    findBase({ questions: asked, forecaster, ...(target === undefined ? {} : { target }) });

  it('is the empty tree for a model that the first commit brought', async () => {
    commit('one');
    commit('two');
    expect(await find(questions())).toMatchObject({ base: emptyTree, because: 'accepted' });
  });

  it('is where a branch parted from the one that it goes to', async () => {
    const parted = commit('one');
    commit('two');
    scene.git('here', 'checkout', '--quiet', '-b', 'side', parted);
    commit('three');
    expect(await find(questions(), 'main')).toEqual({ base: parted, because: 'target', models: [] });
    await expect(find(questions(), 'nowhere')).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
  });

  it('is the commit before, with a notice, while nobody can tell what is accepted', async () => {
    const journals = new MemoryJournal();
    journals.read = () => Promise.reject(away);
    commit('one');
    expect(await find(questions('here', { journals }))).toMatchObject({
      base: emptyTree,
      because: 'fallback',
    });
    const before = scene.git('here', 'rev-parse', 'HEAD').trim();
    commit('two');
    for (const over of [{ journals }, { failure: away }])
      expect(await find(questions('here', over))).toMatchObject({
        base: before,
        because: 'fallback',
        notice: expect.stringContaining('the bucket is away') as string,
      });
  });

  it('refuses what git cannot tell, with the mend', async () => {
    await expect(find(questions())).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
    commit('one');
    commit('two');
    scene.git('.', 'clone', '--quiet', '--depth=1', `file://${scene.at('here')}`, 'clone');
    const refused = { code: 'ERR_ML_USAGE', fix: expect.stringContaining('--unshallow') as string };
    await expect(find(questions('clone'))).rejects.toMatchObject(refused);
    await expect(find(questions('clone'), 'origin/nowhere')).rejects.toMatchObject(refused);
  });
});
