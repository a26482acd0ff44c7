import { logger } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import importDvcGenerator from './generator.js';

const dvcProject: Readonly<Record<string, string>> = {
  'data/lexicon.dvc': 'outs:\n- md5: 22a1a2931c8370d3aeedd7183606fd7f.dir\n  hash: md5\n  path: lexicon\n',
  'params.yaml': 'models: { small: { rate: 0.1 }, large: { rate: 0.5 } }\n',
  'src/prepare.py': '',
  'src/train.py': '',
  'src/judge.py': '',
  'dvc.yaml': `stages:
  prepare:
    cmd: python src/prepare.py
    deps: [src/prepare.py, data/lexicon]
    outs: [data/prepared]
  train:
    foreach: \${models}
    do:
      cmd: python src/train.py \${item.rate}
      deps: [src/train.py, data/prepared]
      outs: ['models/\${key}.json': { persist: true }]
  evaluate:
    foreach: \${models}
    do:
      cmd: python src/judge.py \${key}
      deps: [src/judge.py, 'models/\${key}.json']
      metrics: ['\${key}.json']
`,
};

describe('nx g nx-ml:import-dvc', () => {
  let tree: Tree;
  let told: string;

  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
    for (const [path, text] of Object.entries(dvcProject)) tree.write(path, text);
    told = '';
    jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    jest.spyOn(logger, 'info').mockImplementation((text: string) => (told += text));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const run = (options = {}) => importDvcGenerator(tree, { skipFormat: true, ...options });
  const projects = () => tree.children('ml').filter((name) => name !== 'README.md');

  it('writes one project a stage and a .dvc file, a page on them, and leaves DVC as it is', async () => {
    await run();
    expect(projects().sort()).toEqual(['lexicon', 'prepare', 'train-large', 'train-small']);
    for (const [path, text] of Object.entries(dvcProject)) expect(tree.read(path, 'utf-8')).toBe(text);
    expect(tree.read('ml/README.md', 'utf-8')).toContain('| train@small, evaluate@small | `train-small` |');
  });

  it('says how to import again in the same way, and that Nx does not see the projects yet', async () => {
    const warn = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    await run({ directory: 'steps', prefix: 'x-', model: ['prepare'] });
    const command = 'npx nx g nx-ml:import-dvc --directory steps --prefix x- --model prepare\n';
    expect(tree.read('steps/README.md', 'utf-8')).toContain(command);
    expect(warn).toHaveBeenCalledTimes(1);
    tree.write('nx.json', '{ "plugins": [{ "plugin": "nx-ml" }] }');
    await run();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('tells what it made, what was not carried over, and what to type next', async () => {
    await run();
    expect(told).toContain('  train-small  train, evaluate  from train@small, evaluate@small\n');
    expect(told).toContain('Not carried over (also in ml/README.md):');
    expect(told).toContain('persist of models/small.json');
    expect(told).toContain('npx nx run-many -t train evaluate');
  });

  it('changes nothing a second time', async () => {
    await run();
    const textsOf = () => projects().map((name) => tree.read(`ml/${name}/ml.yaml`, 'utf-8'));
    const first = textsOf();
    await run();
    expect(textsOf()).toEqual(first);
  });

  describe('with --check', () => {
    /** Its refusal, or '' where nothing went apart. */
    const check = () =>
      run({ check: true }).then(
        () => '',
        (error: unknown) => String(error),
      );

    it('says that all is as an import would write it, less what was taken over', async () => {
      await run();
      tree.write('ml/prepare/ml.yaml', 'kind: dataset\nfiles: x.csv\n');
      await run();
      told = '';
      expect(await check()).toBe('');
      expect(told).toBe(
        '\nml is what dvc.yaml and the params files say: 3 projects. Taken over, and not compared: ml/prepare.\n',
      );
    });

    it('fails where params.yaml says another value, a stage is new, or an ml.yaml was edited', async () => {
      await run();
      tree.write(
        'params.yaml',
        'models: { small: { rate: 0.2 }, large: { rate: 0.5 }, huge: { rate: 1 } }\n',
      );
      tree.write('ml/prepare/ml.yaml', `${tree.read('ml/prepare/ml.yaml', 'utf-8') ?? ''}# edited\n`);
      const refusal = await check();
      expect(refusal).toContain('ERR_ML_DVC_DRIFT');
      expect(refusal).toMatch(/differs {5}ml\/train-small\/ml\.yaml/);
      expect(refusal).toMatch(/differs {5}ml\/prepare\/ml\.yaml/);
      expect(refusal).toMatch(/is missing {2}ml\/train-huge\/ml\.yaml/);
      expect(refusal).not.toContain('train-large');
      expect(refusal).toContain('npx nx g nx-ml:import-dvc;');
    });
  });

  it('tells what dvc.lock says of each stage, and fails on nothing in it', async () => {
    tree.write('params.yaml', 'alpha: 1\n');
    tree.write(
      'dvc.yaml',
      'stages:\n  train:\n    cmd: x\n    params: [alpha]\n    outs: [m]\n  new:\n    cmd: x\n    outs: [n]\n',
    );
    tree.write(
      'dvc.lock',
      `schema: '2.0'\nstages:\n  train:\n    cmd: x\n    params:\n      params.yaml:\n        alpha: 0.5\n    outs:\n    - path: m\n      md5: ${'a'.repeat(32)}\n`,
    );
    await run();
    expect(told).toContain(
      '  train  dvc.lock was written for alpha 0.5, params.yaml says 1: DVC would run it too\n         m: not in the workspace',
    );
    expect(told).toContain('  1 of 2 stages are not in dvc.lock: DVC never ran them: new\n');
    expect(told).toContain('  data/lexicon  dvc pull data/lexicon.dvc\n');
    tree.write('dvc.lock', 'a: [');
    await run();
    expect(told).toMatch(/ {2}not compared: dvc\.lock:1:/);
  });

  it('leaves an ml.yaml alone that was taken over, and names projects whose stage is gone', async () => {
    await run();
    tree.write('ml/prepare/ml.yaml', 'kind: dataset\nfiles: x.csv\n');
    tree.delete('data/lexicon.dvc');
    tree.write('data/lexicon/good.txt', 'in git now\n');
    await run();
    expect(tree.read('ml/prepare/ml.yaml', 'utf-8')).toBe('kind: dataset\nfiles: x.csv\n');
    expect(told).toContain('since you took ml/prepare/ml.yaml over');
    expect(told).toContain('Delete ml/lexicon, if nothing else names it.');
    expect(tree.exists('ml/lexicon/ml.yaml')).toBe(true);
  });

  it('puts the mend into the error, as Nx shows the message alone, and writes nothing', async () => {
    tree.write('dvc.yaml', 'stages:\n  s:\n    cmd: x\n    depz: [y]\n');
    await expect(run()).rejects.toThrow(
      /ERR_ML_DVC_INVALID {2}dvc\.yaml:4:5 .*did you mean `deps`\?\n {2}Correct it/,
    );
    expect(tree.exists('ml')).toBe(false);
  });

  it.each(['../x', '/x', 'a/../..'])('refuses the path %s', async (path) => {
    await expect(run({ path })).rejects.toThrow('ERR_ML_PATH_UNSAFE');
  });
});
