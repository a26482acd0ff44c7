import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { WorkspaceRig } from '@nx-ml/testing';

const evaluate = ['run-many', '-t', 'evaluate'];

/** An interpreter that has what the example needs; Debian's packages belong to Debian's own, which may come later on the PATH. */
const python = [process.env['NX_ML_PYTHON'], 'python3', '/usr/bin/python3'].find(
  (name) => name !== undefined && spawnSync(name, ['-c', 'import sklearn, pandas, onnx']).status === 0,
);

const withPython = python === undefined ? describe.skip : describe;
if (python === undefined)
  process.stderr.write('python example skipped: no Python here has sklearn, pandas and onnx (see .ci/run)\n');

withPython('the Python example', () => {
  let rig: WorkspaceRig;
  const env = { NX_ML_PYTHON: python ?? '' };

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ from: join(__dirname, '../../examples/python') });
    rig.commitAll('start');
  });

  afterAll(() => rig.dispose());

  it('trains and evaluates, ONNX and sklearn agreeing row by row', async () => {
    const states = await rig.tasks(evaluate, { env });
    expect(states).toMatchObject({
      'tumor-classifier:evaluate': 'executed',
      'digits-onnx:evaluate': 'executed',
    });
    expect(new Set(Object.values(await rig.tasks(evaluate, { env })))).toEqual(new Set(['hit']));
  });

  it('a change in the shared package retrains exactly its importers', async () => {
    rig.write({ 'libs/other/project.json': '{ "name": "other" }\n', 'libs/other/other/__init__.py': '' });
    rig.append('libs/tabular/tabular/parts.py', '\n# a change\n');
    const states = await rig.tasks(evaluate, { env });
    expect(states).toMatchObject({ 'tumor-classifier:train': 'executed', 'digits-onnx:train': 'executed' });
    rig.append('libs/other/other/__init__.py', '# a change\n');
    rig.append('libs/tabular/tests/test_parts.py', '# a change\n');
    const again = await rig.tasks(evaluate, { env });
    expect(Object.values(again)).not.toContain('executed');
    rig.git('reset', '--hard', '--quiet');
  });

  it('the key holds the packages that the code imports and what those need, and no other', () => {
    const { environment } = keyOf(rig, 'tumor-classifier');
    expect(environment.interpreters.python).toMatch(/^3\./);
    expect(Object.keys(environment.packages)).toEqual(
      expect.arrayContaining(['numpy', 'scikit-learn', 'scipy']),
    );
    expect(Object.keys(environment.packages)).not.toContain('onnx');
  });
});

interface KeyFile {
  readonly runs: readonly [
    {
      readonly document: {
        readonly environment: {
          readonly interpreters: { readonly python: string };
          readonly packages: Readonly<Record<string, string>>;
        };
      };
    },
  ];
}

function keyOf(rig: WorkspaceRig, project: string) {
  const file = JSON.parse(rig.read(`.nx-ml/manifests/${project}/train.key.json`)) as KeyFile;
  return file.runs[0].document;
}
