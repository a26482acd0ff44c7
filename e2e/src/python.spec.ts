import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { WorkspaceRig } from '@nx-ml/testing';

const evaluate = ['run-many', '-t', 'evaluate'];

/** An interpreter that has what the example needs; Debian's packages belong to Debian's own, which may come later on the PATH. */
const python = [process.env['NX_ML_PYTHON'], 'python3', '/usr/bin/python3'].flatMap(
  (name) => (name === undefined ? undefined : executableOf(name)) ?? [],
)[0];

/** The path of an interpreter that can import all of it: a spec puts a `python3` of its own before it. */
function executableOf(name: string): string | undefined {
  const script = 'import sys, sklearn, pandas, onnx, pytest; print(sys.executable)';
  const { status, stdout } = spawnSync(name, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const withPython = python === undefined ? describe.skip : describe;
if (python === undefined)
  process.stderr.write(
    'python example skipped: no Python here has sklearn, pandas, onnx and pytest (see .ci/run)\n',
  );

withPython('the Python example', () => {
  let rig: WorkspaceRig;
  const env = { NX_ML_PYTHON: python ?? '' };

  beforeAll(async () => {
    rig = await WorkspaceRig.create({
      from: join(__dirname, '../../examples/python'),
      quick: true,
    });
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

  it('packages the network as a service would load it, and that answers its example', async () => {
    const { code, output } = await rig.nx(['run', 'digits-onnx:package', '--output-style=static'], { env });
    expect([code, output]).toEqual([0, expect.stringMatching(/digits-onnx:package {2}packaged in/)]);
    const folder = join(rig.home, 'hub');
    expect((await rig.cli(['package', 'export', 'digits-onnx', folder, '--to', 'huggingface'])).code).toBe(0);
    const script = `const { InferenceSession, Tensor } = require('onnxruntime-node');
      const { inputs: [{ data, shape }] } = require('${folder}/example.json');
      InferenceSession.create('${folder}/model.onnx')
        .then((session) => session.run({ pixels: new Tensor('float32', Float32Array.from(data), shape) }))
        .then(({ probabilities }) => console.log(probabilities.data.indexOf(Math.max(...probabilities.data))));`;
    const { stdout } = spawnSync('node', ['-e', script], { cwd: rig.root, encoding: 'utf8' });
    expect(stdout.trim()).toBe('0');
    const card = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\nlicense: apache-2.0\nlibrary_name: onnx\n/);
    expect(card).toContain('No gate judged it');
    if (process.env['CARD_COPY'] !== undefined) writeFileSync(process.env['CARD_COPY'], card);
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

/** A model whose spec imports a shared library, and itself started by name; and a script that starts Python by name. */
const specified = {
  'models/m/ml.yaml': 'kind: model\ntrain: { command: python train.py, metrics: optional }\n',
  'models/m/train.py': `import json, os
from words import split
outputs = json.load(open(os.environ["ML_RUN"]))["outputs"]
open(outputs["model"] + "/m", "w").write(os.environ["SET_UP"] + str(split("a b")))
`,
  'models/m/test_train.py': `import os, subprocess
from words import split
def test_split():
    assert split("a b") == ["a", "b"]
    assert os.environ["SET_UP"] == "yes"
    subprocess.run(["python", "-c", "import os, words; assert os.environ['SET_UP']"], check=True)
`,
  'libs/words/project.json': '{ "name": "words" }\n',
  'libs/words/src/words.py': 'def split(text):\n    return text.split()\n',
  'wrapper.sh': '#!/bin/sh\nexport SET_UP=yes\nexec python3 "$@"\n',
};

withPython('specs in Python', () => {
  let rig: WorkspaceRig;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write({ ...specified, 'bin/python3': `#!/bin/sh\nexec ${python ?? ''} "$@"\n` });
    for (const name of ['wrapper.sh', 'bin/python3']) chmodSync(join(rig.root, name), 0o755);
    const path = `${join(rig.root, 'bin')}:${rig.environment()['PATH'] ?? ''}`;
    env = { PATH: path, NX_ML_PYTHON: join(rig.root, 'wrapper.sh') };
  });

  afterAll(() => rig.dispose());

  it('run as training does: the same shared code, the same interpreter, a script too', async () => {
    expect(await rig.tasks(['run', 'm:train'], { env })).toEqual({ 'm:train': 'executed' });
    expect(await test()).toEqual([0, expect.stringContaining('1 passed') as string]);
    for (const left of ['libs/words/src/__pycache__', 'models/m/__pycache__', 'models/m/.pytest_cache'])
      expect(rig.exists(left)).toBe(false);
  });

  it('fail where the shared code fails them, and pass on what they are told', async () => {
    rig.edit('libs/words/src/words.py', (text) => text.replace('split()', 'split("x")'));
    expect(await test()).toEqual([1, expect.stringContaining('1 failed') as string]);
    expect(await test('-k', 'nothing')).toEqual([1, expect.stringContaining('1 deselected') as string]);
    expect(await rig.cli(['python'])).toMatchObject({
      code: 2,
      output: expect.stringContaining('lies in no project with an ml.yaml') as string,
    });
  });

  async function test(...args: readonly string[]): Promise<readonly [number | null, string]> {
    const { code, output } = await rig.nx(['test', 'm', '--output-style=static', ...args], { env });
    return [code, output];
  }
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
