import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { CreateDependenciesContext } from '@nx/devkit';

import { mlEdges } from './ml-edges.js';

describe('mlEdges', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-edges-')));
    write({
      'models/m/ml.yaml': 'kind: model\ndata: [rows]\ntrain: { command: node train.mjs }\n',
      'models/m/train.mjs': '',
      'libs/near/index.mjs': '',
      'libs/near/words.txt': '',
      'libs/far/index.mjs': '',
    });
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  function edges() {
    const project = (folder: string, name: string, tags: string[] = []) => [
      name,
      { name, root: `${folder}/${name}`, tags },
    ];
    const projects = Object.fromEntries([
      project('models', 'm', ['ml:model']),
      project('datasets', 'rows'),
      project('libs', 'near'),
      project('libs', 'far'),
    ]) as CreateDependenciesContext['projects'];
    return mlEdges({ workspaceRoot: root, projects } as CreateDependenciesContext);
  }

  const targets = async () => (await edges()).map(({ source, target }) => `${source} -> ${target}`);

  it('lead to what ml.yaml names and to what the code imports', async () => {
    write({ 'models/m/train.mjs': "import '../../libs/near/index.mjs';\n" });
    expect(await targets()).toEqual(['m -> rows', 'm -> near']);
  });

  it('lead to what specs import, whose result a target keeps', async () => {
    write({
      'models/m/train.test.mjs': "import '../../libs/near/index.mjs';\n",
      'models/m/tests/test_train.py': 'import far_words\n',
      'libs/far/far_words.py': '',
    });
    expect(await targets()).toEqual(['m -> rows', 'm -> far', 'm -> near']);
  });

  it('are bound to no file: Nx would not draw them anew while that file stays as it is', async () => {
    expect(await edges()).toEqual([{ source: 'm', target: 'rows', type: 'implicit' }]);
  });

  it('lead to where links lead, of the model and of the libraries that it imports', async () => {
    symlinkSync('../../libs/near/words.txt', join(root, 'models/m/words.txt'));
    expect(await targets()).toEqual(['m -> rows', 'm -> near']);
    rmSync(join(root, 'models/m/words.txt'));
    symlinkSync('../far/index.mjs', join(root, 'libs/near/other.mjs'));
    expect(await targets()).toEqual(['m -> rows']);
    write({ 'models/m/train.mjs': "import '../../libs/near/index.mjs';\n" });
    expect(await targets()).toEqual(['m -> rows', 'm -> near', 'm -> far']);
  });
});
