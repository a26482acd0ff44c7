import { parseMlYaml } from '@nx-ml/core/manifest';

import { emptyTree, filesOf } from '../testing/tree.js';
import { generateService } from './generator.js';

function treeWithModels(...names: readonly string[]) {
  const tree = emptyTree();
  for (const name of names)
    tree.write(`models/${name}/ml.yaml`, 'kind: model\ntrain: { command: node train.mjs }\n');
  return tree;
}

describe('the service generator', () => {
  it('names its models', async () => {
    const tree = treeWithModels('spam', 'ham');
    await generateService(tree, { name: 'mail-api', models: 'spam, ham,spam' });
    const text = tree.read('services/mail-api/ml.yaml', 'utf8') ?? '';
    expect(parseMlYaml(text, 'ml.yaml')).toMatchObject({
      ok: true,
      config: { kind: 'service', models: ['spam', 'ham'] },
    });
    expect(text).toContain('$schema=../../node_modules/nx-ml/schemas/ml.schema.json');
    expect(tree.read('services/mail-api/README.md', 'utf8')).toContain('`spam`, `ham`');
  });

  it('changes nothing when it runs again, and refuses to change what differs', async () => {
    const tree = treeWithModels('spam', 'ham');
    await generateService(tree, { name: 'mail-api', models: 'spam' });
    const before = filesOf(tree);
    await generateService(tree, { name: 'mail-api', models: 'spam' });
    expect(filesOf(tree)).toEqual(before);
    await expect(generateService(tree, { name: 'mail-api', models: 'ham' })).rejects.toMatchObject({
      code: 'ERR_ML_PROJECT_EXISTS',
      detail: expect.arrayContaining(['ml.yaml']) as string[],
    });
  });

  it('refuses no model, and unknown ones, naming those that there are', async () => {
    const tree = treeWithModels('spam');
    await expect(generateService(tree, { name: 'api', models: ' ' })).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      fix: expect.stringContaining('There are: spam') as string,
    });
    await expect(generateService(tree, { name: 'api', models: 'spam,sham' })).rejects.toMatchObject({
      code: 'ERR_ML_CONFIG_REFERENCE',
      message: expect.stringContaining('sham') as string,
    });
  });
});
