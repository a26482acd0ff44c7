import { scriptedModel, scriptedWorkspace } from './scripted-workspace.js';

/** npm packages that a rig for `matrixWorkspace` installs. */
export const matrixDependencies = { 'is-odd': '3.0.1', ms: '2.1.3' } as const;

/**
 * The scripted workspace, and beside it one of each thing that a change may reach a model through:
 *
 * - `delta`: Python, with the declared variable THREADS, whose shared library is three imports away (`libs/pya` -> `libs/pyb` -> `libs/pyc`)
 * - `epsilon`: an npm package (`is-odd`, which needs `is-number`), and the dataset `rows`, whose bytes git does not hold
 * - `beta` is packaged: `serve.mjs` serves it, `example.json` is its example
 * - `zeta`: an import that only a parameter resolves, into `libs/plugins`
 *
 * `ms` is installed and used by no model. `datasets/rows/rows.csv` waits for `nx-ml data add`.
 */
export function matrixWorkspace(): Readonly<Record<string, string>> {
  return {
    ...scriptedWorkspace(),
    ...packagedModel,
    ...pythonLibraries,
    ...pythonModel,
    'datasets/rows/ml.yaml': 'kind: dataset\npointer: rows.csv.ref.json\n',
    'datasets/rows/rows.csv': 'a,b\n1,2\n',
    ...scriptedModel({
      name: 'epsilon',
      yaml: ['data: [rows]'],
      imports: "import isOdd from 'is-odd';",
      use: 'isOdd(3)',
    }),
    'libs/plugins/project.json': '{ "name": "plugins" }\n',
    'libs/plugins/linear.mjs': 'export const plugin = 1;\n',
    'libs/plugins/square.mjs': 'export const plugin = 2;\n',
    ...scriptedModel({
      name: 'zeta',
      yaml: ['data: [clean]', 'params: { plugin: linear }'],
      use: '(await import(`../../libs/plugins/${run.params.plugin}.mjs`)).plugin',
    }),
  };
}

const { 'models/beta/ml.yaml': describedModel = '' } = scriptedWorkspace();

const packagedModel = {
  'models/beta/ml.yaml': `${describedModel}package:
  serve: { command: node serve.mjs }
  signature:
    inputs: [{ name: x, datatype: FP32, shape: [-1] }]
    outputs: [{ name: y, datatype: FP32, shape: [-1] }]
  example: example.json
  card: { limitations: A toy. }
`,
  'models/beta/example.json':
    '{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1], "data": [0.5]}]}\n',
  'models/beta/serve.mjs': '// answers\n',
};

const pythonLibraries = {
  'libs/pya/project.json': '{ "name": "pya" }\n',
  'libs/pya/pya/__init__.py': 'from pyb import doubled\n\n\ndef feature():\n    return doubled() + 1\n',
  'libs/pyb/project.json': '{ "name": "pyb" }\n',
  'libs/pyb/pyb/__init__.py': 'from pyc.base import BASE\n\n\ndef doubled():\n    return 2 * BASE\n',
  'libs/pyc/project.json': '{ "name": "pyc" }\n',
  'libs/pyc/pyc/__init__.py': '',
  'libs/pyc/pyc/base.py': 'BASE = 10\n',
  'libs/pyc/pyc/unused.py': 'UNUSED = 1\n',
};

const pythonPreamble = `import hashlib, json, os, platform
run = json.load(open(os.environ["ML_RUN"]))
with open("../../.trace", "a") as trace:
    trace.write(f"{run['project']}:{run['step']}:{run['seed'] or ''}\\n")
digest = hashlib.sha256()
for folder in sorted(run["inputs"].values()):
    for name in sorted(os.listdir(folder)):
        digest.update(open(os.path.join(folder, name), "rb").read())
`;

const pythonModel = {
  'models/delta/ml.yaml': `kind: model
description: The delta model
data: [clean]
environment: { env: [THREADS] }
train:
  command: python3 train.py
evaluate:
  command: python3 evaluate.py
`,
  'models/delta/train.py': `from pya import feature
${pythonPreamble}
model = {"feature": feature(), "python": platform.python_version(), "seed": run["seed"], "digest": digest.hexdigest()}
json.dump(model, open(os.path.join(run["outputs"]["model"], "model.json"), "w"))
json.dump({"loss": 0.5}, open(run["outputs"]["metrics"], "w"))
`,
  'models/delta/evaluate.py': `${pythonPreamble}
json.dump({"accuracy": int(digest.hexdigest()[:8], 16) / 2**32}, open(run["outputs"]["metrics"], "w"))
`,
};
