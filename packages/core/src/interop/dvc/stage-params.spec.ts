import { failureOf } from '../../kernel/testing/failure-of.js';
import { configOf, planOf, stageYaml } from './testing/plan-of.js';
import type { Files } from './testing/plan-of.js';

const commandOf = (files: Files) => {
  const { prepare } = configOf(planOf(files), 's') as { readonly prepare?: { readonly command: string } };
  return prepare?.command.split('\n')[0];
};

/** A stage that reads single parameters of src/params.py, which its script imports. */
const withPython = (text: string, keys: readonly string[] | null = ['LR', 'Train.epochs']): Files => ({
  'src/run.py': 'import params\n',
  'src/params.py': text,
  'dvc.yaml': stageYaml('s', {
    cmd: 'python src/run.py',
    deps: ['src/run.py'],
    params: [{ 'src/params.py': keys }],
  }),
});

const source = 'LR = 0.1\nSEED = 1\nclass Train:\n  epochs = 3\n  batch = 8\nclass Other:\n  x = 1\n';

describe('parameters in Python', () => {
  it('go into ml.yaml by value: the file that the script imports is written anew, and is no code', () => {
    const plan = planOf(withPython(source));
    expect(configOf(plan, 's')).toMatchObject({
      params: { LR: 0.1, Train: { epochs: 3 } },
      code: ['../../src/run.py'],
    });
    expect(commandOf(withPython(source))).toBe(
      'dir=$(nx-ml-dvc open --params src/params.py --class src/params.py:Train --out out.txt) &&',
    );
    expect(plan.notes).toEqual([]);
  });

  it('without names are all that the file holds', () => {
    const files = withPython(source, null);
    expect(configOf(planOf(files), 's')['params']).toEqual({
      LR: 0.1,
      SEED: 1,
      Train: { epochs: 3, batch: 8 },
      Other: { x: 1 },
    });
    expect(commandOf(files)).toContain('--class src/params.py:Train --class src/params.py:Other');
  });

  it('that are tuples become lists, and that is told', () => {
    const { notes } = planOf(withPython(`${source}B = (1, 2)\nC = (3,)\n`, ['B']));
    expect(notes.map(({ what }) => what)).toEqual(['the tuple B of src/params.py']);
  });

  it.each<[string, string, readonly string[] | null, string]>([
    ['code', 'import os\nLR = 1\n', ['LR'], 'src/params.py:1:1 is code: import os'],
    ['a name that is computed', 'LR = 1\nR = LR * 2\n', ['LR'], 'src/params.py:2:5 has R, LR * 2'],
    ['a listed set', 'LR = {1}\n', ['LR'], 'src/params.py:1:6 has LR, a set'],
    ['a set in a listed class', 'class T:\n  LR = {1}\n', ['T'], 'src/params.py:2:8 has T.LR, a set'],
    ['a set in a file that is listed whole', 'LR = {1}\n', null, 'src/params.py:1:6 has LR, a set'],
  ])('with %s beside them count as the whole file', (_, text, keys, what) => {
    const plan = planOf(withPython(text, keys));
    expect(configOf(plan, 's')).toMatchObject({ code: ['../../src/params.py', '../../src/run.py'] });
    expect(configOf(plan, 's')).not.toHaveProperty('params');
    expect(plan.notes).toMatchObject([{ where: 's', what: `the choice of single parameters: ${what}` }]);
  });

  it('with a set beside them that nobody lists are not disturbed by it', () => {
    expect(configOf(planOf(withPython('LR = 1\nX = {1}\n', ['LR'])), 's')['params']).toEqual({ LR: 1 });
  });

  it('that are listed and computed are refused with the place, as DVC does not find them', () => {
    const failure = failureOf(() => planOf(withPython('A = 1\nLR = 0.1 * A\n', ['LR'])));
    expect(failure).toMatchObject({
      code: 'ERR_ML_DVC_INVALID',
      message: expect.stringMatching(
        /^src\/params\.py:2:6 computes `LR`, which dvc\.yaml:.*: 0\.1 \* A$/,
      ) as string,
      fix: expect.stringContaining('Write its value out in src/params.py') as string,
    });
  });

  it('that are a dependency as well count whole, as in DVC', () => {
    const files = {
      ...withPython(source),
      'dvc.yaml': stageYaml('s', { deps: ['src'], params: [{ 'src/params.py': ['LR'] }] }),
    };
    expect(configOf(planOf(files), 's')['code']).toContain('../../src/**/*');
    expect(commandOf(files)).not.toContain('--params');
  });

  it('can be put into templates, as those of TOML', () => {
    const files = {
      'run.py': '',
      'p.py': 'class T:\n  lr = 0.5\n',
      'p.toml': '[net]\ndepth = 2\n',
      'dvc.yaml': JSON.stringify({
        vars: ['p.py', 'p.toml'],
        stages: { s: { cmd: 'python run.py ${T.lr} ${net.depth}', deps: ['run.py'], outs: ['o'] } },
      }),
    };
    expect(JSON.stringify(configOf(planOf(files), 's'))).toContain('python run.py 0.5 2');
  });
});

describe('parameters in TOML', () => {
  const withToml = (text: string): Files => ({
    'run.py': '',
    'params.toml': text,
    'dvc.yaml': stageYaml('s', { params: [{ 'params.toml': ['train.lr'] }] }),
  });

  it('go into ml.yaml by value', () => {
    const files = withToml('day = 2026-01-31\n[train]\nlr = 0.1\nepochs = 3\n');
    expect(configOf(planOf(files), 's')).toMatchObject({
      params: { train: { lr: 0.1 } },
      code: ['../../run.py'],
    });
    expect(commandOf(files)).toContain('open --params params.toml --out');
  });

  it('that JSON does not have make the whole file count', () => {
    const plan = planOf(withToml('[train]\nlr = 07:32:00\n'));
    expect(configOf(plan, 's')['code']).toEqual(['../../run.py', '../../params.toml']);
    expect(plan.notes[0]?.what).toContain('params.toml has train.lr, a date or time');
  });

  it('that are not there are refused', () => {
    expect(failureOf(() => planOf(withToml('lr = 1\n'))).message).toContain('lists the parameter `train.lr`');
  });
});
