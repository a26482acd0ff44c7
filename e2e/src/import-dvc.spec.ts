import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { dvcProject, md5Of, reviews, trackedFile, WorkspaceRig } from '@nx-ml/testing';
import type { TaskState } from '@nx-ml/testing';

const importDvc = ['g', 'nx-ml:import-dvc'];
const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];

type States = Readonly<Record<string, TaskState>>;

const data = ['lexicon:data', 'reviews-csv:data', 'stopwords:data'];
const small = ['train-small:train', 'train-small:evaluate'];
const large = ['train-large:train', 'train-large:evaluate'];
const all = [...data, 'prepare:data', 'featurize:data', 'stats:data', ...small, ...large].sort();

const those = (states: States, state: TaskState) =>
  Object.keys(states)
    .filter((id) => states[id] === state)
    .sort();

describe('a DVC project, imported', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(dvcProject());
    rig.commitAll('a DVC project');
    const before = rig.read('dvc.yaml');
    const dry = await rig.nx([...importDvc, '--dry-run']);
    expect(dry.output).toContain('CREATE ml/train-small/ml.yaml');
    expect(rig.exists('ml')).toBe(false);
    expect(await runImport()).toContain('persist of models/small.json');
    expect(rig.read('dvc.yaml')).toBe(before);
    rig.commitAll('imported');
    expect(those(await rig.tasks(everything), 'executed')).toEqual(all);
  });

  afterAll(() => rig.dispose());

  afterEach(() => {
    rig.git('reset', '--hard', '--quiet');
    rig.git('clean', '-fdq');
  });

  async function runImport(...args: readonly string[]): Promise<string> {
    const { code, output } = await rig.nx([...importDvc, ...args]);
    if (code !== 0) throw new Error(`the import failed:\n${output}`);
    return output;
  }

  /** What runs, of everything, after a change. */
  async function ranAfter(change: () => void | Promise<void>): Promise<readonly string[]> {
    await change();
    return those(await rig.tasks(everything), 'executed');
  }

  const edit = (path: string, from: string, to: string) => () => {
    rig.edit(path, (text) => text.replace(from, to));
  };

  const reimported = (change: () => void) => async () => {
    change();
    await runImport();
  };

  const metrics = (project: string, step: string) => {
    const manifest = JSON.parse(rig.read(`.nx-ml/manifests/${project}/${step}.manifest.json`)) as {
      readonly metrics: Readonly<Record<string, { readonly mean: number }>>;
      readonly runs: readonly { readonly outputs: Readonly<Record<string, { readonly files: number }>> }[];
    };
    return {
      ...Object.fromEntries(Object.entries(manifest.metrics).map(([name, { mean }]) => [name, mean])),
      outputs: Object.fromEntries(
        Object.entries(manifest.runs[0]?.outputs ?? {}).map(([name, { files }]) => [name, files]),
      ),
    };
  };

  it('trains with its scripts as they are, and keeps metrics, plots and outputs', () => {
    expect(metrics('train-small', 'train')).toEqual({ outputs: { model: 1 } });
    expect(metrics('train-small', 'evaluate')).toEqual({ accuracy: 1, outputs: { files: 2 } });
    // Nothing that git ignores is seen, and a text among the metrics stays in its file.
    expect(metrics('stats', 'data')).toEqual({ rows: 6, leaked: 0, outputs: { data: 1 } });
  });

  it('does nothing a second time: neither the run nor the import', async () => {
    expect(await ranAfter(() => undefined)).toEqual([]);
    expect(await runImport()).not.toMatch(/CREATE|UPDATE|DELETE/);
  });

  it.each<[string, () => void | Promise<void>, readonly string[]]>([
    [
      'a parameter in ml.yaml',
      edit('ml/train-large/ml.yaml', 'steps: 20', 'steps: 21'),
      // The same weights come out, so that nothing is evaluated again.
      ['train-large:train'],
    ],
    [
      'a parameter in params.yaml, imported again',
      reimported(edit('params.yaml', 'small: { rate: 0.1 }', 'small: { rate: 0.2 }')),
      small,
    ],
    [
      'a parameter of the first stage, imported again',
      reimported(edit('params.yaml', 'every: 4', 'every: 3')),
      ['prepare:data', 'featurize:data', 'stats:data', ...small, ...large],
    ],
    [
      'a script',
      edit('src/evaluate.py', 'right /', '1.0 * right /'),
      ['train-large:evaluate', 'train-small:evaluate'],
    ],
    ['a module that a script imports', edit('src/words.py', 'return ', 'return  '), ['featurize:data']],
    ['a comment in params.yaml', edit('params.yaml', 'every nth', 'each nth'), []],
    [
      'a pointer',
      () => {
        rig.write(trackedFile('data/reviews.csv', `${reviews}fine,1\n`));
      },
      ['reviews-csv:data', 'prepare:data', 'featurize:data', 'stats:data', ...small, ...large],
    ],
  ])('after a change of %s exactly what depends on it runs', async (_, change, expected) => {
    expect(await ranAfter(change)).toEqual([...expected].sort());
  });

  it('says what to do where the bytes are nowhere, and the remote cannot be reached', async () => {
    const keys = '[default]\naws_access_key_id = id\naws_secret_access_key = secret\nregion = eu-west-1\n';
    mkdirSync(join(rig.home, '.aws'), { recursive: true });
    writeFileSync(join(rig.home, '.aws/credentials'), keys);
    rig.edit('data/reviews.csv.dvc', (text) => text.replace(/md5: .*/, `md5: ${'f'.repeat(32)}`));
    const { code, output } = await rig.nx(['run', 'reviews-csv:data', '--output-style=static']);
    expect(code).not.toBe(0);
    expect(output).toContain('ERR_ML_REMOTE_UNAVAILABLE  s3://bucket/reviews');
    expect(output).toContain('dvc pull data/reviews.csv.dvc');
  });

  it.each([
    ['exit code 3', 'raise SystemExit(3)\n'],
    ['SIGKILL', 'import os; os.kill(os.getpid(), 9)\n'],
    ['wrote no models/small.json', 'raise SystemExit(0)\n'],
  ])('fails as its script does: %s', async (expected, script) => {
    rig.write({ 'src/train.py': script });
    const { code, output } = await rig.nx(['run', 'train-small:train', '--output-style=static']);
    expect(code).not.toBe(0);
    expect(output).toContain(expected);
  });

  it('keeps an ml.yaml whose mark was deleted, and says so', async () => {
    rig.edit('ml/prepare/ml.yaml', (text) => text.slice(text.indexOf('\n') + 1));
    const own = rig.read('ml/prepare/ml.yaml');
    rig.edit('params.yaml', (text) => text.replace('every: 4', 'every: 3'));
    expect(await runImport()).toContain('since you took ml/prepare/ml.yaml over');
    expect(rig.read('ml/prepare/ml.yaml')).toBe(own);
  });

  it('imports a project in a folder of its own, with a matrix and a module that is run', async () => {
    rig.write(
      Object.fromEntries(Object.entries(churn).map(([path, text]) => [`projects/churn/${path}`, text])),
    );
    await runImport('projects/churn', '--prefix=churn-');
    const ran = those(await rig.tasks(['run-many', '-t', 'train', '-p', 'churn-*']), 'executed');
    expect(ran).toEqual(
      [
        'churn-rows-csv:data',
        ...['l1-0', 'l1-1', 'l2-0', 'l2-1'].map((name) => `churn-fit-${name}:train`),
      ].sort(),
    );
    expect(metrics('churn-fit-l2-1', 'train')).toEqual({ rows: 2, seed: 1, outputs: { model: 2 } });
    rig.edit('projects/churn/conf.json', (text) => text.replace('"l1"', '"l3"'));
    await runImport('projects/churn', '--prefix=churn-');
    const again = those(await rig.tasks(['run-many', '-t', 'train', '-p', 'churn-fit-l[23]-*']), 'executed');
    expect(again).toEqual(['churn-fit-l3-0:train', 'churn-fit-l3-1:train']);
  });

  it('takes parameters of Python and TOML by value, compares dvc.lock, and tells in CI where they went apart', async () => {
    rig.write(Object.fromEntries(Object.entries(typed).map(([path, text]) => [`typed/${path}`, text])));
    const options = ['typed', '--prefix=typed-'];
    const told = await runImport(...options);
    expect(told).toContain('1 of 2 stages are as DVC left them, outputs in the workspace: clean');
    expect(told).toContain('for Train.alpha 0.5, typed/params.py says 1; ');
    const train = ['run-many', '-t', 'train', '-p', 'typed-*'];
    expect(those(await rig.tasks(train), 'executed')).toEqual(['typed-clean:data', 'typed-train:train']);
    expect(metrics('typed-train', 'train')).toMatchObject({ alpha: 1, steps: 3, unlisted: 0 });

    // A parameter of nobody, although the script imports the file that holds it.
    rig.edit('typed/params.py', (text) => text.replace('batch = 8', 'batch = 9'));
    expect(await runImport(...options, '--check')).toContain('is what dvc.yaml and the params files say');
    expect(those(await rig.tasks(train), 'executed')).toEqual([]);

    rig.edit('typed/params.toml', (text) => text.replace('steps = 3', 'steps = 4'));
    const { code, output } = await rig.nx([...importDvc, ...options, '--check']);
    expect(code).not.toBe(0);
    expect(output).toMatch(/ERR_ML_DVC_DRIFT[^]*differs +typed\/ml\/typed-train\/ml\.yaml/);
    await runImport(...options);
    expect(those(await rig.tasks(train), 'executed')).toEqual(['typed-train:train']);
    expect(metrics('typed-train', 'train')).toMatchObject({ steps: 4 });
  });
});

/** A project with parameters in Python and in TOML; its training was not repeated since one of them was edited. */
const typed = {
  '.gitignore': '/clean.txt\n/model.txt\n',
  'params.py': '"Of the training."\n\nclass Train:\n    alpha = 1\n    batch = 8\n',
  'params.toml': '[train]\nsteps = 3\n',
  'clean.txt': 'clean\n',
  'dvc.yaml': `stages:
  clean:
    cmd: echo clean > clean.txt
    outs: [clean.txt]
  train:
    cmd: python train.py
    deps: [train.py, clean.txt]
    params:
      - params.py: [Train.alpha]
      - params.toml: [train.steps]
    outs: [model.txt]
    metrics: [metrics.json]
`,
  'dvc.lock': `schema: '2.0'
stages:
  clean:
    cmd: echo clean > clean.txt
    outs:
    - path: clean.txt
      hash: md5
      md5: ${md5Of('clean\n')}
      size: 6
  train:
    cmd: python train.py
    params:
      params.py:
        Train.alpha: 0.5
      params.toml:
        train.steps: 3
`,
  // Python has tomllib since 3.11 alone.
  'train.py': `import json
from params import Train
steps = int(open("params.toml").read().split("steps = ")[1])
open("model.txt", "w").write(open("clean.txt").read())
json.dump({"alpha": Train.alpha, "steps": steps, "unlisted": int(hasattr(Train, "batch"))}, open("metrics.json", "w"))
`,
};

const churn = {
  '.dvc/config': '',
  '.gitignore': '/rows.csv\n',
  'rows.csv': 'a\nb\n',
  ...Object.fromEntries(
    Object.entries(trackedFile('rows.csv', 'a\nb\n')).filter(([path]) => path.endsWith('.dvc')),
  ),
  'conf.json': '{ "penalties": ["l1", "l2"] }\n',
  'dvc.yaml': `vars: [conf.json]
stages:
  fit:
    matrix:
      penalty: \${penalties}
      seed: [0, 1]
    cmd: python -m churn.fit \${item.penalty} \${item.seed} fits/\${key}
    deps: [churn, rows.csv]
    outs: ['fits/\${key}/model.txt']
    metrics: ['fits/\${key}/metrics.yaml']
`,
  'churn/__init__.py': '',
  'churn/fit.py': `import os, sys
from churn.rows import rows
penalty, seed, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
open(f"{folder}/model.txt", "w").write(penalty)
open(f"{folder}/metrics.yaml", "w").write(f"rows: {len(rows())}\\nseed: {seed}\\n")
`,
  'churn/rows.py': 'def rows():\n    return open("rows.csv").read().split()\n',
};
