import { readJson } from '@nx/devkit';
import { parseMlYaml } from '@nx-ml/core/manifest';
import type { ModelConfig } from '@nx-ml/core/manifest';

import { emptyTree, filesOf } from '../testing/tree.js';
import { generateModel } from './generator.js';
import { templateNames } from './templates.js';

const model = (name: string, more = {}) => ({ name, template: 'command' as const, ...more });

function configOf(tree: ReturnType<typeof emptyTree>, root: string): ModelConfig {
  const parsed = parseMlYaml(tree.read(`${root}/ml.yaml`, 'utf8') ?? '', `${root}/ml.yaml`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config as ModelConfig;
}

describe('the model generator', () => {
  it.each(templateNames)(
    '%s: an ml.yaml that is valid, code for both steps, specs and a README',
    async (template) => {
      const tree = emptyTree();
      await generateModel(tree, model('spam-filter', { template }));
      const config = configOf(tree, 'models/spam-filter');
      expect(config).toMatchObject({ kind: 'model', data: { table: 'spam-filter-data' } });
      const files = tree.children('models/spam-filter');
      for (const command of [config.train.command, config.evaluate?.command ?? ''])
        expect(files).toContain(command.split(' ')[1]);
      expect(files).toContain('README.md');
      expect(files.filter((file) => /^test_.*\.py$|\.test\.mjs$/.test(file)).length).toBeGreaterThan(1);
      for (const [path, text] of Object.entries(filesOf(tree, 'models')))
        expect([path, /<%|undefined|&(amp|lt|#39);/.exec(text)?.[0]]).toEqual([path, undefined]);
    },
  );

  it('makes up a sample where no dataset is named, and uses the one that is', async () => {
    const tree = emptyTree();
    await generateModel(tree, model('spam-filter', { data: '' }));
    expect(tree.read('datasets/spam-filter-data/sample.csv', 'utf8')?.split('\n')).toHaveLength(602);
    await generateModel(tree, model('other', { data: 'spam-filter-data' }));
    expect(configOf(tree, 'models/other').data).toEqual({ table: 'spam-filter-data' });
    expect(tree.exists('datasets/other-data')).toBe(false);
  });

  it('keeps the data that the user put in place of the sample', async () => {
    const tree = emptyTree();
    await generateModel(tree, model('spam-filter'));
    tree.write('datasets/spam-filter-data/sample.csv', 'id,x,label\n1,2,yes\n');
    await generateModel(tree, model('spam-filter'));
    expect(tree.read('datasets/spam-filter-data/sample.csv', 'utf8')).toBe('id,x,label\n1,2,yes\n');
  });

  it('changes nothing when it runs again, and refuses to touch what was edited', async () => {
    const tree = emptyTree();
    await generateModel(tree, model('spam-filter'));
    const before = filesOf(tree);
    await generateModel(tree, model('spam-filter'));
    expect(filesOf(tree)).toEqual(before);
    tree.write('models/spam-filter/train.mjs', '// mine\n');
    await expect(generateModel(tree, model('spam-filter'))).rejects.toMatchObject({
      code: 'ERR_ML_PROJECT_EXISTS',
      detail: ['train.mjs'],
    });
  });

  it('refuses a name that another project has, wherever it lies', async () => {
    const tree = emptyTree();
    tree.write('libs/spam/project.json', '{ "name": "spam-filter" }');
    await expect(generateModel(tree, model('spam-filter'))).rejects.toMatchObject({
      code: 'ERR_ML_PROJECT_EXISTS',
      message: expect.stringContaining('libs/spam') as string,
    });
  });

  it('goes where it is told to, and says its name there when the folder has another', async () => {
    const tree = emptyTree();
    await generateModel(tree, model('spam', { directory: 'mail/classifiers/spam-filter' }));
    const text = tree.read('mail/classifiers/spam-filter/ml.yaml', 'utf8') ?? '';
    expect(configOf(tree, 'mail/classifiers/spam-filter').name).toBe('spam');
    expect(text).toContain('$schema=../../../node_modules/nx-ml/');
  });

  it('refuses a dataset that is not there, and a model in its place', async () => {
    const tree = emptyTree();
    await generateModel(tree, model('spam-filter'));
    await expect(generateModel(tree, model('other', { data: 'spam-filter' }))).rejects.toMatchObject({
      code: 'ERR_ML_CONFIG_REFERENCE',
      fix: expect.stringContaining('There are: spam-filter-data') as string,
    });
  });

  it('notes packages without touching versions that are there', async () => {
    const tree = emptyTree();
    tree.write('requirements.txt', 'scikit_learn==1.3.0\npandas');
    await generateModel(tree, model('a', { template: 'onnx' }));
    expect(tree.read('requirements.txt', 'utf8')).toBe(
      'scikit_learn==1.3.0\npandas\nonnx>=1.12,<2\nnumpy>=1.24,<3\npytest>=7\n',
    );
    expect(readJson(tree, 'package.json')).toMatchObject({ dependencies: { 'onnxruntime-node': '1.30.0' } });
    expect(tree.read('.npmrc', 'utf8')).toContain('onnxruntime-node-install=skip\n');
    const before = filesOf(tree);
    await generateModel(tree, model('a', { template: 'onnx' }));
    expect(filesOf(tree)).toEqual(before);
  });
});
