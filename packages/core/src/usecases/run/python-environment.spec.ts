import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { pythonEnvironment } from './python-environment.js';
import { newWorkspace, removeWorkspaces } from '../testing/small-workspace.js';

afterEach(removeWorkspaces);

describe('pythonEnvironment', () => {
  const model = 'kind: model\ntrain: { command: python train.py }\n';
  const sources = {
    'models/p/ml.yaml': model,
    'models/p/train.py': 'import used_by_training\n',
    'models/p/test_train.py': 'import train, used_by_specs\n',
    'libs/z/src/used_by_training.py': '',
    'libs/a/used_by_specs.py': '',
    'libs/b/used_by_nobody.py': '',
  };

  async function environmentOf(files: Readonly<Record<string, string>>) {
    const { deps, write } = newWorkspace();
    write(files);
    const { workspace } = deps;
    const project = workspace.mlProject('p');
    if (project === undefined) throw new Error('no project');
    const probe = {
      ...deps.environment,
      variables: { PATH: '/bin', PYTHONPATH: '/mine', PYTHONHASHSEED: '7', ANY: 'x' },
    };
    const environment = await pythonEnvironment({ project, workspace, probe, programs: `${deps.root}/bin` });
    return { root: deps.root, environment };
  }

  it('finds what the steps find, then what only specs import, and no more', async () => {
    const { root, environment } = await environmentOf(sources);
    expect(environment['PYTHONPATH']?.split(':')).toEqual([
      join(root, 'libs/z/src'),
      join(root, 'models/p'),
      join(root, 'libs/a'),
    ]);
  });

  it('has the caller’s PYTHONPATH only where a step has it', async () => {
    const declared = { 'models/p/ml.yaml': `environment: { env: [PYTHONPATH] }\n${model}` };
    const { environment } = await environmentOf({ ...sources, ...declared });
    expect(environment['PYTHONPATH']).toMatch(/:\/mine$/);
  });

  it('puts the interpreter first on the PATH, and keeps all other variables', async () => {
    const { root, environment } = await environmentOf(sources);
    expect(environment).toMatchObject({
      PATH: `${root}/bin:/bin`,
      ANY: 'x',
      PYTHONHASHSEED: '7',
      PYTHONDONTWRITEBYTECODE: '1',
    });
    expect(existsSync(`${root}/bin/python`)).toBe(true);
  });
});
