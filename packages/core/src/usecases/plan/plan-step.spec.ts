import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';

import type { StepRef } from '../../layout/index.js';
import { StepResults } from './step-results.js';
import { fakeMachine } from '../testing/fake-machine.js';

const train: StepRef = { project: 'm', step: 'train' };

const modelYaml =
  'kind: model\ndata: [rows]\nparams: { rate: 1, deep: { x: [1, 2] } }\ncode: ["../../legacy/*.py"]\nenvironment: { env: [TUNING] }\ntrain: { command: node train.mjs, seeds: [1, 2] }\nevaluate: { command: node evaluate.mjs }\n';
const yamlWith = (from: string, to: string) => modelYaml.replace(from, to);
const trainCode = "import { part } from '../../libs/lib/index.mjs';\nimport natural from 'natural';\n";

const base: Readonly<Record<string, string>> = {
  'datasets/rows/ml.yaml': 'kind: dataset\nfiles: ["*.csv"]\n',
  'datasets/rows/b.csv': 'b\n',
  'datasets/rows/a.csv': 'a\n',
  'libs/lib/index.mjs': "export * from './part.mjs';\n",
  'libs/lib/part.mjs': 'export const part = 1;\n',
  'libs/lib/words.txt': 'one\n',
  'libs/lib/package.json': '{"name":"lib","type":"module","description":"d"}',
  'models/m/ml.yaml': modelYaml,
  'models/m/train.mjs': trainCode,
  'models/m/Ünïcode.mjs': '// sorts by code unit, not by locale\n',
  'models/m/config.json': '{}',
  'models/m/evaluate.mjs': '// x\n',
  'legacy/old.py': '# x\n',
};

describe('the run keys of a step', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-keys-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes files in the given order and gives the keys of m:train, as a fresh process would compute them. */
  async function keysOf(
    root: string,
    files: Readonly<Record<string, string>>,
    { order = Object.keys(files), mode = 0o644, platform = 'linux-x64' } = {},
  ): Promise<readonly string[]> {
    for (const path of order) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), files[path] ?? '');
      chmodSync(join(root, path), mode);
    }
    const { deps } = fakeMachine(root, { platform });
    const plan = await new StepResults(deps).plan(train);
    return plan.runs.map(({ key }) => key);
  }

  it('are the same in every clone: folder, file order, modes and umask do not count', async () => {
    const expected = await keysOf(join(folder, 'original'), base);
    const clones = fc.record({
      name: fc.stringMatching(/^[A-Za-z0-9 _.-]{1,12}$/).filter((name) => !/^\.+$/.test(name)),
      order: fc.shuffledSubarray(Object.keys(base), { minLength: Object.keys(base).length }),
      mode: fc.constantFrom(0o644, 0o600, 0o755, 0o444),
      umask: fc.constantFrom(0o000, 0o022, 0o077),
    });
    let attempt = 0;
    await fc.assert(
      fc.asyncProperty(clones, async ({ name, umask, ...options }) => {
        const before = process.umask(umask);
        try {
          attempt += 1;
          expect(await keysOf(join(folder, String(attempt), name), base, options)).toEqual(expected);
        } finally {
          process.umask(before);
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each<[string, string, string | null]>([
    ['a description', 'models/m/ml.yaml', yamlWith('kind: model', 'kind: model\ndescription: x')],
    [
      'the order of parameters',
      'models/m/ml.yaml',
      yamlWith('rate: 1, deep: { x: [1, 2] }', 'deep: { x: [1, 2] }, rate: 1.0'),
    ],
    ['a README', 'models/m/README.md', 'x'],
    ['a spec', 'models/m/train.spec.mjs', 'x'],
    ['project.json', 'models/m/project.json', '{}'],
    ['evaluation code', 'models/m/evaluate.mjs', '// y\n'],
    ['an unrelated library', 'libs/other/index.mjs', 'x'],
    ['an unimported file of the library', 'libs/lib/unused.mjs', 'x'],
    [
      'the description of the library’s package.json',
      'libs/lib/package.json',
      '{"name":"lib","type":"module","description":"e"}',
    ],
    ['an ignored file', 'models/m/node_modules/x.js', 'x'],
  ])('are the same after a change of %s', async (_, path, text) => {
    const before = await keysOf(join(folder, 'w'), base);
    expect(await keysOf(join(folder, 'w'), { ...base, [path]: text ?? '' })).toEqual(before);
  });

  it.each<[string, string, string | null]>([
    ['training code', 'models/m/train.mjs', '// z\n'],
    ['a file beside it', 'models/m/config.json', '{"a":1}'],
    ['a new file beside it', 'models/m/new.txt', ''],
    ['a file removed', 'models/m/config.json', null],
    ['an imported file two steps away', 'libs/lib/part.mjs', 'export const part = 2;\n'],
    ['a word list of the library', 'libs/lib/words.txt', 'two\n'],
    ['how the library loads', 'libs/lib/package.json', '{"name":"lib","type":"commonjs"}'],
    ['listed code', 'legacy/old.py', '# y\n'],
    ['data', 'datasets/rows/a.csv', 'aa\n'],
    ['a data file more', 'datasets/rows/c.csv', ''],
    ['a parameter', 'models/m/ml.yaml', yamlWith('rate: 1', 'rate: 2')],
    ['a parameter deep down', 'models/m/ml.yaml', yamlWith('[1, 2] }', '[1, 3] }')],
    ['the command', 'models/m/ml.yaml', yamlWith('node train.mjs', 'node train.mjs --fast')],
    ['line endings', 'models/m/train.mjs', trainCode.replaceAll('\n', '\r\n')],
  ])('differ after a change of %s', async (_, path, text) => {
    const root = join(folder, 'w');
    const before = await keysOf(root, base);
    const { [path]: old, ...rest } = base;
    if (text === null) rmSync(join(root, path));
    const after = await keysOf(root, text === null ? rest : { ...rest, [path]: text });
    expect(old).not.toBe(text);
    for (const [index, key] of after.entries()) expect(key).not.toBe(before[index]);
  });

  it('differ by platform and by seed', async () => {
    const [one, two] = await keysOf(join(folder, 'w'), base);
    expect(one).not.toBe(two);
    expect((await keysOf(join(folder, 'w'), base, { platform: 'darwin-arm64' }))[0]).not.toBe(one);
  });

  it('tell a file by its path: renaming it is a change', async () => {
    const root = join(folder, 'w');
    const before = await keysOf(root, base);
    renameSync(join(root, 'models/m/config.json'), join(root, 'models/m/settings.json'));
    const { 'models/m/config.json': text = '', ...rest } = base;
    expect(await keysOf(root, { ...rest, 'models/m/settings.json': text })).not.toEqual(before);
  });

  it('hold the packages and the interpreter of code that `code:` lists', async () => {
    const root = join(folder, 'w');
    await keysOf(root, { ...base, 'legacy/old.py': 'import numpy\n' });
    const plan = await new StepResults(fakeMachine(root).deps).plan(train);
    expect(plan.runs[0]?.document.environment).toMatchObject({
      interpreters: { node: '20.0.0', python: '3.11.0' },
      packages: { numpy: '1.0' },
    });
    expect(plan.pythonRoots).toEqual([]);
  });

  it('are refused where listed code imports a file that is neither listed nor of a project', async () => {
    const files = { ...base, 'legacy/old.py': 'import deep.part\n', 'legacy/deep/part.py': '# x\n' };
    await expect(keysOf(join(folder, 'w'), files)).rejects.toMatchObject({
      code: 'ERR_ML_CODE_OUTSIDE_PROJECTS',
      message: expect.stringContaining('legacy/deep/part.py') as string,
    });
    const listed = { ...files, 'models/m/ml.yaml': yamlWith('legacy/*.py', 'legacy/**/*.py') };
    expect(await keysOf(join(folder, 'w'), listed)).toHaveLength(2);
  });

  it('do not hold the bytes of an imported file that the command writes from the parameters', async () => {
    const command = 'dir=$(nx-ml-dvc open --params legacy/deep/part.py) && (cd "$dir"; python legacy/old.py)';
    const files = {
      ...base,
      'models/m/ml.yaml': yamlWith('node train.mjs', JSON.stringify(command)),
      'legacy/old.py': 'import deep.part\n',
      'legacy/deep/part.py': 'LR = 1\n',
    };
    const before = await keysOf(join(folder, 'w'), files);
    expect(await keysOf(join(folder, 'w'), { ...files, 'legacy/deep/part.py': 'LR = 2\n' })).toEqual(before);
    const yaml = files['models/m/ml.yaml'].replace('rate: 1', 'rate: 2');
    expect(await keysOf(join(folder, 'w'), { ...files, 'models/m/ml.yaml': yaml })).not.toEqual(before);
  });

  it('are refused for an import that no project holds, with the mend', async () => {
    const files = { ...base, 'models/m/train.mjs': "import '../../loose/x.mjs';\n", 'loose/x.mjs': '' };
    await expect(keysOf(join(folder, 'w'), files)).rejects.toMatchObject({
      code: 'ERR_ML_CODE_OUTSIDE_PROJECTS',
      message: expect.stringContaining('loose/x.mjs') as string,
    });
  });

  describe('of a model with a link', () => {
    const withoutConfig = Object.fromEntries(
      Object.entries(base).filter(([path]) => path !== 'models/m/config.json'),
    );

    function linkConfigTo(target: string): string {
      const root = join(folder, 'w');
      mkdirSync(join(root, 'models/m'), { recursive: true });
      symlinkSync(target, join(root, 'models/m/config.json'));
      return root;
    }

    it('differ when the file in another project that it leads to changes', async () => {
      const root = linkConfigTo('../../libs/lib/words.txt');
      const before = await keysOf(root, withoutConfig);
      const files = { ...withoutConfig, 'libs/lib/index.mjs': '', 'models/m/train.mjs': '' };
      const apart = await keysOf(root, files);
      expect(await keysOf(root, { ...files, 'libs/lib/words.txt': 'two\n' })).not.toEqual(apart);
      expect(before).not.toEqual(apart);
    });

    it('hold what a linked module imports from where it really lies', async () => {
      const root = linkConfigTo('../../libs/lib/words.txt');
      symlinkSync('../../libs/far/index.mjs', join(root, 'models/m/near.mjs'));
      const far = { 'libs/far/index.mjs': "import './part.mjs';\n", 'libs/far/part.mjs': '// 1\n' };
      const files = { ...withoutConfig, ...far, 'models/m/train.mjs': "import './near.mjs';\n" };
      const before = await keysOf(root, files);
      expect(await keysOf(root, { ...files, 'libs/far/part.mjs': '// 2\n' })).not.toEqual(before);
    });

    it.each(['../../loose/x.txt', '../../../outside.txt'])(
      'are refused where it leads to %s',
      async (target) => {
        const root = linkConfigTo(target);
        writeFileSync(join(folder, 'outside.txt'), '');
        const files = { ...withoutConfig, 'loose/x.txt': '' };
        await expect(keysOf(root, files)).rejects.toMatchObject({
          code: 'ERR_ML_CODE_OUTSIDE_PROJECTS',
          message: expect.stringContaining('models/m/config.json, a link to') as string,
        });
      },
    );

    it('are refused where a dataset’s file leads out of all projects', async () => {
      const root = join(folder, 'w');
      mkdirSync(join(root, 'datasets/rows'), { recursive: true });
      symlinkSync('../../loose/c.csv', join(root, 'datasets/rows/c.csv'));
      await expect(keysOf(root, { ...base, 'loose/c.csv': '' })).rejects.toMatchObject({
        code: 'ERR_ML_CODE_OUTSIDE_PROJECTS',
        message: expect.stringContaining(
          'rows may read datasets/rows/c.csv, a link to loose/c.csv',
        ) as string,
      });
    });
  });
});
