import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { copyInstalled, scriptedWorkspace, WorkspaceRig } from '@nx-ml/testing';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];

const alphaTrained = ['alpha:train:1', 'alpha:train:2'];
const alphaEvaluated = ['alpha:evaluate:1', 'alpha:evaluate:2'];

const everyRun = [
  'clean:data:',
  ...alphaTrained,
  ...alphaEvaluated,
  'beta:train:1',
  'beta:evaluate:1',
  'gamma:train:1',
  'gamma:evaluate:1',
].sort();

describe('only what changed runs', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    rig.write(scriptedWorkspace());
    rig.commitAll('start');
    await rig.tasks(everything);
    expect(rig.takeTrace()).toEqual(everyRun);
    rig.commitAll('trained');
  });

  afterAll(() => rig.dispose());

  /** Makes a change, runs everything, gives what ran, and goes back to the start. */
  async function ranAfter(
    change: () => void | Promise<void>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> {
    await change();
    try {
      await rig.tasks(everything, { env });
      return rig.takeTrace();
    } finally {
      rig.git('reset', '--hard', '--quiet');
      rig.git('clean', '-fdq');
      await rig.tasks(everything);
      expect(rig.takeTrace()).toEqual([]); // Back at the start nothing needs to run.
    }
  }

  const append = (path: string, text: string) => () => {
    rig.append(path, text);
  };
  const edit = (path: string, from: string, to: string) => () => {
    rig.edit(path, (text) => text.replace(from, to));
  };

  it.each<[string, () => void | Promise<void>]>([
    ['nothing', () => undefined],
    ['a README', append('models/alpha/README.md', 'more\n')],
    [
      'the README of a library',
      () => {
        rig.write({ 'libs/features/README.md': 'words\n' });
      },
    ],
    ['nx.json', edit('nx.json', '{', '{ "parallel": 2,')],
    ['.gitignore', append('.gitignore', 'other\n')],
    ['a description', edit('models/alpha/ml.yaml', 'The alpha model', 'Alpha, the model')],
    [
      'a comment in a params file',
      edit('models/beta/params.yaml', 'the learning rate', 'how fast it learns'),
    ],
    [
      'a spec',
      () => {
        rig.write({ 'models/alpha/train.spec.mjs': 'test();\n' });
      },
    ],
    ['a library that nothing imports', append('libs/unrelated/index.mjs', '// x\n')],
    ['a file of a library that the model does not import', append('libs/features/unused.mjs', '// x\n')],
    [
      'the Nx cache evicted',
      () => {
        rig.remove('.nx');
        rmSync(join(rig.home, '.nx'), { recursive: true, force: true });
      },
    ],
    [
      'all derived files deleted',
      () => {
        rig.remove('.nx-ml');
      },
    ],
    [
      'a resource',
      edit('models/alpha/ml.yaml', 'data: [clean]', 'data: [clean]\nresources: { memory: 10MB }'),
    ],
  ])('%s: nothing runs', async (_, change) => {
    expect(await ranAfter(change)).toEqual([]);
  });

  it.each<[string, () => void, readonly string[]]>([
    [
      'a parameter',
      edit('models/alpha/ml.yaml', 'rate: 1', 'rate: 0.5'),
      [...alphaTrained, ...alphaEvaluated, 'gamma:train:1', 'gamma:evaluate:1'],
    ],
    [
      'a parameter of a params file',
      edit('models/beta/params.yaml', 'rate: 1', 'rate: 2'),
      ['beta:train:1', 'beta:evaluate:1'],
    ],
    [
      'a seed added: only that one',
      edit('models/alpha/ml.yaml', '[1, 2]', '[1, 2, 3]'),
      ['alpha:train:3', 'alpha:evaluate:3'],
    ],
    ['training code', append('models/beta/train.mjs', '// x\n'), ['beta:train:1']],
    ['evaluation code: no training', append('models/alpha/evaluate.mjs', '// x\n'), alphaEvaluated],
    ['code that evaluation alone imports', append('models/alpha/score.mjs', '// x\n'), alphaEvaluated],
    ['a helper of a shared library', append('libs/features/helper.mjs', '// x\n'), alphaTrained],
    ['a word list of a shared library', append('libs/features/words.txt', 'three\n'), alphaTrained],
    ['a row of raw data', append('datasets/raw/rows.csv', '5,6\n'), everyRun],
    ['raw data that is clean the same', append('datasets/raw/rows.csv', '\n'), ['clean:data:']],
    [
      'preparing code that makes the same bytes',
      append('datasets/clean/prepare.mjs', '// x\n'),
      ['clean:data:'],
    ],
  ])('%s', async (_, change, expected) => {
    expect(await ranAfter(change)).toEqual([...expected].sort());
  });

  it('an undeclared variable is hidden, a declared one counts', async () => {
    expect(await ranAfter(() => undefined, { UNDECLARED: 'x' })).toEqual([]);
    const declared = edit(
      'models/beta/ml.yaml',
      'data: [clean]',
      'data: [clean]\nenvironment: { env: [DECLARED] }',
    );
    expect(await ranAfter(declared, { DECLARED: 'x' })).toEqual(['beta:evaluate:1', 'beta:train:1']);
  });

  it('locale, time zone and umask are not inputs, and --skip-nx-cache asks the run keys', async () => {
    const env = { LC_ALL: 'sv_SE.UTF-8', LANG: 'sv_SE.UTF-8', TZ: 'Asia/Kathmandu' };
    const states = await rig.tasks([...everything, '--skip-nx-cache'], { env });
    expect(rig.takeTrace()).toEqual([]);
    expect(new Set(Object.values(states))).toEqual(new Set(['restored']));
  });

  it('a second clone, a worktree and another folder name restore everything', async () => {
    for (const name of ['clone', 'worktree']) {
      const folder = join(dirname(rig.root), name);
      if (name === 'clone') rig.git('clone', '--quiet', '.', folder);
      else rig.git('worktree', 'add', '--quiet', folder);
      await copyInstalled(rig.root, folder);
      const states = await rig.tasks(everything, { cwd: folder });
      expect(rig.takeTrace()).toEqual([]);
      expect(existsSync(join(folder, '.trace'))).toBe(false);
      expect(new Set(Object.values(states))).toEqual(
        new Set(states['clean:data'] === 'hit' ? ['hit'] : ['restored']),
      );
      expect(rigManifests(folder)).toEqual(rigManifests(rig.root));
      rmSync(folder, { recursive: true, force: true });
    }
    rig.git('worktree', 'prune');
  });

  it('a manifest that Nx left of another state is not believed', async () => {
    // A phantom hit: the train manifest on disk is that of another commit, and Nx evaluates.
    const other = join(rig.root, '.nx-ml-other');
    rig.edit('models/beta/params.yaml', (text) => text.replace('rate: 1', 'rate: 7'));
    await rig.tasks(['run', 'beta:train']);
    cpSync(join(rig.root, '.nx-ml/manifests'), other, { recursive: true });
    rig.git('reset', '--hard', '--quiet');
    await rig.tasks(['run', 'beta:evaluate']);
    const right = rig.read('.nx-ml/manifests/beta/evaluate.manifest.json');
    rig.remove('.nx-ml/manifests');
    mkdirSync(join(rig.root, '.nx-ml'), { recursive: true });
    cpSync(other, join(rig.root, '.nx-ml/manifests'), { recursive: true });
    rmSync(other, { recursive: true });
    await rig.tasks(['run', 'beta:evaluate', '--skip-nx-cache', '--exclude-task-dependencies']);
    expect(rig.read('.nx-ml/manifests/beta/evaluate.manifest.json')).toBe(right);
    rig.takeTrace();
  });
});

function rigManifests(folder: string): readonly string[] {
  return readdirSync(join(folder, '.nx-ml/manifests'), { recursive: true }).map(String).sort();
}
